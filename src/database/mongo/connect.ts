import type { MongoClient } from 'mongodb';
import { type Problem, ProblemError } from '../../shared/problem.ts';
import type { MongoServer } from './server.ts';

/** Milliseconds. */
const PATIENCE = 10_000;

/**
 * Does some work with a connection.
 * @throws ProblemError DB_SERVER_UNREACHABLE, DB_LOGIN_FAILED (exit code 2)
 */
export async function withMongo<T>(server: MongoServer, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(server.uri(), { serverSelectionTimeoutMS: PATIENCE, appName: 'coog' });
  try {
    await client.db('admin').command({ listDatabases: 1, nameOnly: true });
    return await work(client);
  } catch (error) {
    throw connectionProblem(server, error);
  } finally {
    await client.close();
  }
}

/** Codes of MongoDB: Unauthorized, AuthenticationFailed. */
const REFUSED = [13, 18];

function connectionProblem(server: MongoServer, error: unknown): unknown {
  const { name = '', message = '', code } = error as { name?: string; message?: string; code?: unknown };
  if (REFUSED.includes(Number(code))) return new ProblemError(loginFailed(server, message), { cause: error });
  if (/ServerSelection|Network|Parse|InvalidArgument/.test(name))
    return new ProblemError(
      {
        code: 'DB_SERVER_UNREACHABLE',
        title: `no MongoDB answers at ${server.shown}`,
        detail: message,
        next: server.kind === 'bundled' ? 'coog status' : 'coog config:explain MONGODB_URI',
      },
      { cause: error },
    );
  return error;
}

const loginFailed = ({ shown, user, kind }: MongoServer, said: string): Problem => ({
  code: 'DB_LOGIN_FAILED',
  title: `${shown} refuses the log-in of ${user === '' ? 'nobody' : user}`,
  detail: `${said}.${kind === 'bundled' ? ' The bundled server keeps the password that it was first started with.' : ''}`,
  next: 'coog config:set CUSTOM_MONGO_USER=… and CUSTOM_MONGO_PASSWORD',
});
