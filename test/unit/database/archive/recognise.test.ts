import { spawnSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recognise } from '../../../../src/database/archive/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { codeOf, customDump, gzipped, noise, openFiles, sqlDump, tarHeader, zipped, zstded } from './fixtures.ts';

async function file(content: Buffer | string, name = 'backup.xyz'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

const seen = async (content: Buffer | string, name?: string) => {
  const { kind, wrapping } = await recognise(await file(content, name));
  return [...wrapping, kind].join(' ');
};

const refused = async (content: Buffer | string, code = 'BACKUP_NOT_RECOGNISED') => {
  const path = await file(content);
  const error = await recognise(path).catch((e: unknown) => e);
  expect(error).toMatchObject({ exitCode: 2, problems: [{ code, place: { file: path }, next: expect.any(String) }] });
  return (error as { problems: { title: string; next: string }[] }).problems[0];
};

describe('a dump is recognised by its content, whatever it is called', () => {
  it.each([
    ['custom', customDump()],
    ['custom', Buffer.from('PGDMP')],
    ['sql', sqlDump()],
    ['sql', sqlDump(0)],
    ['tar', tarHeader('toc.dat')],
  ])('%s', async (kind, content) => {
    expect(await seen(content)).toBe(kind);
    expect(await seen(gzipped(content))).toBe(`gzip ${kind}`);
    expect(await seen(zstded(content))).toBe(`zstd ${kind}`);
    expect(await seen(await zipped(content))).toBe(`zip ${kind}`);
    expect(await seen(await zipped(gzipped(content)))).toBe(`zip gzip ${kind}`);
    expect(await seen(gzipped(zstded(content)))).toBe(`gzip zstd ${kind}`);
    expect(await seen(content, 'page.html')).toBe(kind);
  });

  it.each([
    'SET statement_timeout = 0;',
    'set search_path to public;\nselect 1;',
    "SELECT pg_catalog.set_config('search_path', '', false);",
    '-- made by hand\n/* by\n me */\n\\set ON_ERROR_STOP on\n\\connect coog\nCREATE TABLE a (id int);',
    'create or replace function f() returns int as $$ select 1 $$ language sql;',
    'DROP SCHEMA IF EXISTS public CASCADE;',
    'BEGIN;\nINSERT INTO party VALUES (1);\nCOMMIT;',
    'start transaction isolation level serializable;',
    'insert into "party_party" (id) values (1);',
    'COPY public.party (id, name) FROM stdin;\n1\tx\n\\.\n',
    'update party set active = true;',
    'delete from party where id = 1;',
    'TRUNCATE party, address;',
    'ALTER TABLE ONLY public.a OWNER TO coog;',
    "COMMENT ON EXTENSION plpgsql IS 'language';",
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;',
    'DO $$ BEGIN END $$;',
    'with x as (select 1) insert into a select * from x;',
    '--\n-- PostgreSQL database cluster dump\n--\n\nSET default_transaction_read_only = off;',
    "\ufeffSET client_encoding = 'UTF8';",
    '\n\n  --\r\n-- PostgreSQL database dump\r\n--\r\n',
    "CREATE TABLE caf\u00e9 (name text DEFAULT 'na\u00efve');",
  ])('SQL that begins %j', async (sql) => {
    expect(await seen(sql)).toBe('sql');
    if (!sql.startsWith('\ufeff')) expect(await seen(Buffer.from(sql, 'latin1'))).toBe('sql');
  });

  it('through a symbolic link', async () => {
    const path = await file(customDump());
    await symlink(path, `${path}.link`);
    expect(await recognise(`${path}.link`)).toMatchObject({ kind: 'custom', size: customDump().length });
  });

  it('in a zip of the tool of the system, beside folders and what macOS adds', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, '__MACOSX'));
    await mkdir(join(folder, 'backups'));
    await writeFile(join(folder, '__MACOSX', '._dump.sql'), 'x');
    await writeFile(join(folder, 'backups', 'dump.sql'), sqlDump());
    const made = spawnSync('zip', ['-r', 'a.zip', 'backups', '__MACOSX'], { cwd: folder });
    if (made.error) return;
    expect(await recognise(join(folder, 'a.zip'))).toMatchObject({ kind: 'sql', entry: 'backups/dump.sql' });
  });
});

describe('what is no dump is refused and named', () => {
  it.each([
    ['an HTML page', '<!DOCTYPE html>\n<html><body>SET a = 1; Please log in</body></html>'],
    ['an HTML page', '\n  <HTML><head>'],
    ['XML', '<?xml version="1.0"?><a/>'],
    ['JSON', '{"error": "CREATE TABLE x (id int);"}'],
    ['JSON', '[{"a": 1}]'],
    ['text, but no SQL', 'Select your language, then create a table of contents.\nSET up the table.'],
    ['text, but no SQL', 'Create a new account; then update your profile;'],
    ['text, but no SQL', 'Begin here. Copy the file to the server.'],
    ['text, but no SQL', 'party,name\n1,Alice\n2,Bob\n'],
    ['text, but no SQL', '#!/bin/sh\npg_dump coog > coog.sql\n'],
    ['text, but no SQL', 'pg_dump: error: connection to server failed: FATAL:  role "x" does not exist\n'],
    ['text, but no SQL', '-- only a comment\n'],
    ['MySQL', '-- MySQL dump 10.13  Distrib 8.0\n--\n-- Host: localhost\n/*!40101 SET NAMES utf8 */;\n'],
    ['Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n'],
    ['white space', '\n\n   \n'],
    ['MongoDB', Buffer.from([0x6d, 0xe2, 0x99, 0x81, 1, 2, 3])],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4])],
    ['bzip2', 'BZh91AY&SY'],
    ['7-Zip', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4])],
    ['PDF', '%PDF-1.7\n'],
    ['SQLite', 'SQLite format 3\0'],
    ['UTF-16', Buffer.from('\ufeffSET a = 1;', 'utf16le')],
    ['tar archive', tarHeader('etc/passwd')],
    ['nothing in it', Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')],
    ['no dump', noise(5000)],
    ['no dump', Buffer.alloc(5000)],
    ['text', 'PGDM'],
    ['text', 'P'],
    ['PGP', '-----BEGIN PGP MESSAGE-----\n'],
  ])('%s', async (what, content) => {
    expect((await refused(content))?.title).toContain(what);
  });

  it('in compressed files too, and says so', async () => {
    const html = Buffer.from('<html></html>');
    expect((await refused(gzipped(html)))?.title).toMatch(/HTML.*gzip/);
    expect((await refused(await zipped(noise(100))))?.title).toContain('zip');
    await refused(gzipped(Buffer.alloc(0)), 'BACKUP_EMPTY');
    expect((await refused(gzipped(await zipped(customDump()))))?.title).toContain('unpack it first');
    expect((await refused(gzipped(gzipped(gzipped(gzipped(customDump()))))))?.title).toContain('more than three');
  });

  it('tells of MongoDB how it is loaded, of an HTML page why it came', async () => {
    expect((await refused(Buffer.from([0x6d, 0xe2, 0x99, 0x81])))?.next).toContain('mongo:load');
    expect((await refused('<html>'))?.next).toContain('Download');
  });

  it('a zip with several files, a password, an empty file or another method', async () => {
    const folder = await temporaryFolder();
    for (const name of ['a.sql', 'b.sql']) await writeFile(join(folder, name), sqlDump());
    await writeFile(join(folder, 'empty'), '');
    const zip = (...args: string[]) => spawnSync('zip', args, { cwd: folder });
    if (zip('-q', 'two.zip', 'a.sql', 'b.sql').error) return;
    zip('-q', '-P', 'secret', 'locked.zip', 'a.sql');
    zip('-q', 'empty.zip', 'empty');
    zip('-q', '-Z', 'bzip2', 'bzip2.zip', 'a.sql');
    const problemOf = async (name: string) =>
      (
        (await recognise(join(folder, name)).catch((e: unknown) => e)) as {
          problems: { code: string; title: string }[];
        }
      ).problems[0];
    expect(await problemOf('two.zip')).toMatchObject({
      code: 'BACKUP_NOT_RECOGNISED',
      title: expect.stringContaining('b.sql'),
    });
    expect(await problemOf('locked.zip')).toMatchObject({ title: expect.stringContaining('password') });
    expect(await problemOf('empty.zip')).toMatchObject({ code: 'BACKUP_EMPTY' });
    expect(await problemOf('bzip2.zip')).toMatchObject({ code: 'BACKUP_NOT_RECOGNISED' });
  });
});

describe('what is no file that can be read is refused', () => {
  it('missing', async () => {
    const folder = await temporaryFolder();
    expect(await codeOf(recognise(join(folder, 'none')))).toBe('BACKUP_MISSING');
    expect(await codeOf(recognise(join(await file('x'), 'below')))).toBe('BACKUP_MISSING');
    await symlink('nowhere', join(folder, 'link'));
    expect(await codeOf(recognise(join(folder, 'link')))).toBe('BACKUP_MISSING');
  });

  it('empty', async () => {
    await refused('', 'BACKUP_EMPTY');
  });

  it('a folder that pg_dump -Fd did not make', async () => {
    const folder = await temporaryFolder();
    expect(await codeOf(recognise(folder))).toBe('BACKUP_NOT_RECOGNISED');
    await writeFile(join(folder, 'toc.dat'), 'PGDMP');
    expect(await recognise(folder)).toEqual({ kind: 'directory', wrapping: [], size: 5 });
  });

  it('a pipe, a socket, a device: none is waited for', async () => {
    const folder = await temporaryFolder();
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    for (const path of [join(folder, 'pipe'), join(folder, 'socket'), '/dev/null', '/dev/zero'])
      expect(await codeOf(recognise(path))).toBe('BACKUP_NOT_RECOGNISED');
    server.close();
  });

  it.skipIf(process.getuid?.() !== 0)('unreadable', async () => {
    const path = await file(customDump());
    await chmod(path, 0o000);
    await chmod(join(path, '..'), 0o755);
    const script = `import { recognise } from ${JSON.stringify(import.meta.resolve('../../../../src/database/archive/index.ts'))};
      process.setuid(65534);
      await recognise(${JSON.stringify(path)}).catch((e) => console.log(e.problems?.[0].code ?? e));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('BACKUP_UNREADABLE');
  });
});

it('reads the beginning only, and leaves no file open', async () => {
  const paths = [
    await file(customDump(5_000_000)),
    await file(gzipped(sqlDump(200_000))),
    await file(await zipped(customDump(5_000_000))),
  ];
  const before = await openFiles();
  for (let i = 0; i < 10; i++) for (const path of paths) await recognise(path);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await openFiles()).toBeLessThanOrEqual(before + 1);
});
