/** A client of Tryton's JSON-RPC, as a browser or another system would be. */
export interface Session {
  readonly userId: number;
  readonly call: <T>(method: string, ...params: unknown[]) => Promise<T>;
}

interface Answer {
  readonly status: number;
  readonly result: unknown;
  readonly error: unknown;
}

export interface Server {
  readonly url: string;
  readonly database: string;
}

/** Logs in with `common.db.login`; throws what the server answers when it refuses. */
export async function logIn(server: Server, user: string, password: string): Promise<Session> {
  const { status, result, error } = await post(server, 'common.db.login', [user, { password }, 'en'], {});
  if (!Array.isArray(result)) throw new Error(`log-in refused: ${status} ${JSON.stringify(error ?? result)}`);
  const [userId, session] = result as [number, string];
  const authorization = `Session ${Buffer.from(`${user}:${userId}:${session}`).toString('base64')}`;
  return {
    userId,
    call: async <T>(method: string, ...params: unknown[]) => {
      const answer = await post(server, method, [...params, {}], { authorization });
      if (answer.status !== 200 || answer.error) throw new Error(`${method}: ${JSON.stringify(answer)}`);
      return answer.result as T;
    },
  };
}

async function post(
  { url, database }: Server,
  method: string,
  params: readonly unknown[],
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(`${url}/${database}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ id: 1, method, params }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const document = read(text) as { result?: unknown; error?: unknown } | unknown;
  const isEnvelope = typeof document === 'object' && document !== null && !Array.isArray(document);
  const { result, error } = isEnvelope ? (document as { result?: unknown; error?: unknown }) : {};
  return { status: response.status, result, error: error ?? (response.ok ? undefined : text) };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
