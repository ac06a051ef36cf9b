import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, isEntry, NotReady } from './process.mjs';

/**
 * @typedef {{uri: string, suites: string[], components: string[], signedBy: string}} Source
 */

/** Reads the one-line format of sources.list. @returns {Source[]} */
export function parseOneLine(text) {
  const sources = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (!match) continue;
    const [, options = '', uri, suite, components] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] ?? '';
    sources.push({ uri: trimUri(uri), suites: [suite], components: words(components), signedBy });
  }
  return sources;
}

/** Reads the deb822 format of *.sources. @returns {Source[]} */
export function parseDeb822(text) {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = {};
    for (const [, name, value] of stanza.matchAll(/^([A-Za-z-]+)[ \t]*:((?:.*)(?:\n[ \t].*)*)/gm)) {
      fields[name.toLowerCase()] = value.trim();
    }
    const enabled = !/^(no|false|off|0)$/i.test(fields.enabled ?? 'yes');
    if (!enabled || !words(fields.types).includes('deb')) return [];
    const common = {
      suites: words(fields.suites),
      components: words(fields.components),
      signedBy: fields['signed-by'] ?? '',
    };
    return words(fields.uris).map((uri) => ({ uri: trimUri(uri), ...common }));
  });
}

/**
 * The address that serves Debian's main archive, or undefined. Other vendors' repositories use Debian's suite names
 * too, so what only Debian's own has counts: a suite of updates, the archive's keyring, the archive's usual path.
 */
export function chooseMirror(sources, codename) {
  const suites = new Set([codename, 'stable', 'oldstable', 'testing', 'unstable', 'sid'].filter(Boolean));
  const usable = sources.filter(
    ({ uri, suites: own, components }) =>
      /^https?:\/\//.test(uri) && components.includes('main') && own.some((suite) => suites.has(suite)),
  );
  const score = ({ uri, signedBy }) => {
    const served = sources.filter((source) => source.uri === uri).flatMap((source) => source.suites);
    return (
      Number(served.some((suite) => suite.endsWith('-updates'))) +
      Number(signedBy.includes('debian-archive')) +
      Number(/\/debian$/.test(uri))
    );
  };
  return usable.sort((a, b) => score(b) - score(a))[0]?.uri;
}

/** All sources that apt reads, from a folder laid out like /etc/apt. @returns {Source[]} */
export function readSources(folder = '/etc/apt') {
  const parts = join(folder, 'sources.list.d');
  const files = [join(folder, 'sources.list'), ...list(parts).map((name) => join(parts, name))];
  return files.flatMap((file) => {
    if (file.endsWith('.list')) return parseOneLine(read(file));
    return file.endsWith('.sources') ? parseDeb822(read(file)) : [];
  });
}

/** ID and VERSION_CODENAME of the system, e.g. {id: 'debian', codename: 'trixie'}. */
export function readSystem(file = '/etc/os-release') {
  const value = (name) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(read(file))?.[1] ?? '';
  return { id: value('ID'), codename: value('VERSION_CODENAME') };
}

/** The Debian mirror that this machine's apt uses. @returns {string} */
export function debianMirror() {
  const mirror = chooseMirror(readSources(), readSystem().codename);
  if (mirror) return mirror;
  throw new NotReady('No mirror of Debian is configured in /etc/apt (sources.list, sources.list.d).', {
    remedy: ['add a source with component main, then run this again'],
  });
}

/** http_proxy and https_proxy as apt is told to use them, for tools that do not read apt's configuration. */
export async function aptProxyEnvironment() {
  const { stdout } = await capture('apt-config', ['shell', 'H', 'Acquire::http::Proxy', 'S', 'Acquire::https::Proxy']);
  const value = (name) => new RegExp(`^${name}='([^']+)'`, 'm').exec(stdout)?.[1];
  const proxies = { http_proxy: value('H'), https_proxy: value('S') };
  return Object.fromEntries(Object.entries(proxies).filter(([, proxy]) => proxy && proxy !== 'DIRECT'));
}

const words = (text = '') => text.split(/\s+/).filter(Boolean);
const trimUri = (uri) => uri.replace(/\/+$/, '');

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

if (isEntry(import.meta)) console.log(debianMirror());
