const PASSED = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'TERM',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'COMPOSE_HTTP_TIMEOUT',
  'COMPOSE_PARALLEL_LIMIT',
  'COMPOSE_ANSI',
  'COMPOSE_PROGRESS',
  'COMPOSE_MENU',
  'NO_COLOR',
  'COLORTERM',
  'COLUMNS',
  'LINES',
  // Docker's credential helpers keep a registry's password in a keyring or in `pass`.
  'DBUS_SESSION_BUS_ADDRESS',
  'GNUPGHOME',
  'GPG_TTY',
  'PASSWORD_STORE_DIR',
]);
const PASSED_PREFIXES = ['LC_', 'XDG_', 'DOCKER_', 'BUILDKIT_', 'BUILDX_'];
const PROXY = /^(?:HTTP|HTTPS|NO|ALL)_PROXY$/i;

/**
 * The environment that Docker and Compose are started with. What the shell has exported beyond what they need to find
 * their engine, registry and terminal stays out: Compose would let it win over the project's `.env`.
 */
export function engineEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && passes(name)) passed[name] = value;
  passed.PWD = folder;
  return passed;
}

const passes = (name: string): boolean =>
  PASSED.has(name) || PROXY.test(name) || PASSED_PREFIXES.some((prefix) => name.startsWith(prefix));
