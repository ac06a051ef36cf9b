import { describe, expect, test } from 'vitest';
import { conninfo } from '../../../../src/database/server/client/conninfo.ts';
import { passLine } from '../../../../src/database/server/client/passfile.ts';
import { programProblem, requireSuccess } from '../../../../src/database/server/client/problem.ts';
import type { Server } from '../../../../src/database/server/index.ts';
import { connectionProblem, sqlState, statementProblem } from '../../../../src/database/server/problems.ts';
import { readAvailable } from '../../../../src/database/server/space.ts';
import { isOrphaned, ownerLabel } from '../../../../src/shared/process-owner.ts';

const server: Server = {
  kind: 'external',
  project: 'demo',
  host: 'fe80::1',
  port: 5433,
  user: `o'neil`,
  password: () => 'secret-word',
  tls: { mode: 'require' },
  databases: ['coog'],
  near: { network: 'demo', host: 'fe80::1', port: 5433, hosts: [] },
  image: 'postgres:17',
};
const bundled: Server = { ...server, kind: 'bundled' };
const options = { at: server.near, database: 'coog', applicationName: 'coog psql', serverVersion: 170004 };

describe('the conninfo string', () => {
  test('gives settings to a bundled server alone: a pooler before another one may refuse them', () => {
    const settings = { synchronous_commit: 'off', maintenance_work_mem: '256MB' };
    expect(conninfo(bundled, { ...options, settings })).toMatch(
      / options='-c client_connection_check_interval=2000 -c synchronous_commit=off -c maintenance_work_mem=256MB'$/,
    );
    expect(conninfo(server, { ...options, settings })).not.toContain('options=');
  });

  test('holds everything but the password', () => {
    expect(conninfo(server, options)).toBe(
      `host='fe80::1' port='5433' user='o\\'neil' dbname='coog' sslmode='require' application_name='coog psql' ` +
        `connect_timeout='15' keepalives_idle='30' keepalives_interval='10' keepalives_count='3'`,
    );
  });

  test.each([
    ['-x', `dbname='-x'`],
    ['dbname=postgres', `dbname='dbname=postgres'`],
    ['postgresql://h/d', `dbname='postgresql://h/d'`],
    [`a'b\\c`, `dbname='a\\'b\\\\c'`],
  ])('takes %s for a name', (database, part) => {
    expect(conninfo(server, { ...options, database })).toContain(part);
  });

  test('asks a bundled server to notice when the client goes away, from version 14 on', () => {
    expect(conninfo(bundled, options)).toContain('client_connection_check_interval');
    expect(conninfo(bundled, { ...options, serverVersion: 130010 })).not.toContain('options=');
  });
});

describe('the line of a passfile', () => {
  test.each([
    ['simple', '*:*:*:*:simple\n'],
    [`p@ss:w/ord$#%'"\\ é`, `*:*:*:*:p@ss\\:w/ord$#%'"\\\\ é\n`],
    ['', '*:*:*:*:\n'],
  ])('of %j', (password, line) => {
    expect(passLine(password)).toBe(line);
  });

  test.each(['a\nb', 'a\rb', 'a\0b'])('cannot hold %j', (password) => {
    expect(() => passLine(password)).toThrow('DB_PASSWORD_INVALID');
  });
});

describe('the process that a container belongs to', () => {
  test('lives, ours does', async () => {
    expect(await isOrphaned(await ownerLabel())).toBe(false);
  });

  test('is dead when its number is free, or was given to another one', async () => {
    const [host, pid] = (await ownerLabel()).split('/');
    expect(await isOrphaned(`${host}/4194303/77`)).toBe(true);
    expect(await isOrphaned(`${host}/${pid}/1`)).toBe(true);
    expect(await isOrphaned(`${host}/4194303/`)).toBe(true);
  });

  test('is not known on another machine, or from a label that says nothing', async () => {
    expect(await isOrphaned('elsewhere/1/1')).toBe(false);
    expect(await isOrphaned('')).toBe(false);
  });
});

test('df is read in the format of POSIX', () => {
  const lines = [
    'Filesystem 1024-blocks Used Available Capacity Mounted on',
    '/dev/my disk1 100 40 60 40% /var/lib/x y',
  ];
  expect(readAvailable(`${lines.join('\n')}\n`)).toBe(60 * 1024);
  expect(readAvailable('')).toBeUndefined();
});

describe('problems', () => {
  test('a SQLSTATE is found below the problem that it became; an error of the network is none', () => {
    const cause = Object.assign(new Error('x'), { code: '42501' });
    expect(sqlState(new Error('outer', { cause }))).toBe('42501');
    expect(sqlState(Object.assign(new Error('x'), { code: 'EPIPE' }))).toBeUndefined();
    expect(sqlState(new Error('x'))).toBeUndefined();
  });

  test.each([
    [{ code: '28P01' }, 'DB_LOGIN_FAILED'],
    [{ code: '53300' }, 'DB_TOO_MANY_CONNECTIONS'],
    [{ code: '57P03' }, 'DB_SERVER_UNREACHABLE'],
    [{ code: 'ECONNREFUSED' }, 'DB_SERVER_UNREACHABLE'],
    [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'DB_TLS_UNTRUSTED'],
  ])('a connection that ends with %j', (fields, code) => {
    const problem = connectionProblem(server, Object.assign(new Error('said'), fields));
    expect(problem).toMatchObject({ code, title: expect.stringContaining('[fe80::1]:5433') });
  });

  test.each([
    ['42501', 'DB_PERMISSION'],
    ['53100', 'DB_DISK_FULL'],
    ['57P01', 'DB_CONNECTION_LOST'],
    ['42601', 'DB_STATEMENT_FAILED'],
  ])('a statement that ends with %s', (state, code) => {
    expect(statementProblem(server, 'coog', Object.assign(new Error('said'), { code: state })).code).toBe(code);
  });

  test('a program that did not end well is told with its words', () => {
    const result = { exitCode: 1, stderr: 'pg_dump: error: x', cancelled: false, stalled: false, unread: false };
    expect(programProblem('pg_dump', result)).toMatchObject({ code: 'DB_PROGRAM_FAILED', detail: 'pg_dump: error: x' });
    expect(programProblem('psql', { ...result, stalled: true }).code).toBe('DB_PROGRAM_STALLED');
    expect(() => requireSuccess('psql', { ...result, exitCode: 0, cancelled: true })).toThrow('interrupted');
    requireSuccess('psql', { ...result, exitCode: 0 });
  });
});
