import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { planOf } from '../../../plugins/anonymize/src/operation/plan.ts';
import { connect, withConnection } from '../../../src/database/server/index.ts';
import { docker } from '../../../src/engine/index.ts';
import { folderWith } from '../../support/folder.ts';
import { sql, testServer } from '../server/setup.ts';
import { anonymise } from './working.ts';

const it = testServer();

/** A database with one table of people and what a test adds; its name. */
async function given(...statements: string[]): Promise<string> {
  const name = `db_${randomBytes(4).toString('hex')}`;
  await sql(it.server, 'postgres', `CREATE DATABASE ${name} TEMPLATE template0`);
  await sql(it.server, name, ...PEOPLE, ...statements);
  return name;
}

const PEOPLE = [
  'CREATE TABLE people (id serial PRIMARY KEY, name varchar, login varchar UNIQUE, manager int REFERENCES people)',
  `INSERT INTO people (name, login) SELECT 'Querville ' || md5(i::text), 'querville' || i FROM generate_series(1, 500) i`,
  'CREATE TABLE people__history (__id serial PRIMARY KEY, id int, name varchar, login varchar)',
  'INSERT INTO people__history (id, name, login) SELECT id, name, login FROM people',
];
const RULES = 'tables:\n  people:\n    columns: {name: name, login: login}\n';

const rows = <R extends object>(database: string, statement: string) => sql<R>(it.server, database, statement);

/** Files of the database's folder that hold a text. */
async function filesWith(database: string, text: string): Promise<string[]> {
  const [row] = await rows<{ oid: string }>(
    database,
    `SELECT oid::text FROM pg_database WHERE datname = '${database}'`,
  );
  await sql(it.server, database, 'CHECKPOINT');
  const script = 'grep -rlaF -- "$1" "$PGDATA/base/$2" || test $? -eq 1';
  const { stdout } = await docker(it.engine, ['exec', it.name, 'sh', '-c', script, 'sh', text, row?.oid ?? '']);
  return stdout.split('\n').filter(Boolean);
}

describe('a copy', () => {
  test('has the same pseudonym for the same value in history, unique keys hold, and no value lies in a file', async () => {
    const database = await given('ANALYZE');
    expect(await filesWith(database, 'Querville')).not.toEqual([]);
    expect(await filesWith(database, 'querville')).not.toEqual([]);
    const done = await anonymise(it.server, database, RULES);
    expect(done.hits).toEqual([]);
    const [found] = await rows(
      database,
      `SELECT count(*)::int AS all, count(DISTINCT p.login)::int AS logins, bool_and(p.name = h.name AND p.login = h.login) AS same,
              bool_or(p.name ~* 'querville') AS left FROM people p JOIN people__history h USING (id)`,
    );
    expect(found).toEqual({ all: 500, logins: 500, same: true, left: false });
    for (const text of ['Querville', 'querville']) expect(await filesWith(database, text), text).toEqual([]);
  });

  test('by the same key is the same, by another or none shares no pseudonym', async () => {
    const names = async (key?: Buffer) => {
      const database = await given();
      await anonymise(it.server, database, RULES, key ? { key } : {});
      return (await rows<{ name: string }>(database, 'SELECT name FROM people ORDER BY id')).map(({ name }) => name);
    };
    const [a, b] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const [first, again, other, random] = [await names(a), await names(a), await names(b), await names()];
    expect(again).toEqual(first);
    const all = new Set([...first, ...other, ...random]);
    expect(all.size).toBe(1500);
  });
});

/** What hashes of texts begin with, by a key: the seed of all kinds, and that of one. */
async function seedsOf(key: string, kind: string): Promise<string[]> {
  const [seeds] = await sql<{ all: string; own: string }>(
    it.server,
    'postgres',
    `SELECT s::text AS all, hashtextextended('${kind}', s)::text AS own
       FROM (SELECT hashtextextended(encode(sha256('${key}:seed:'), 'hex'), 0) & (2::numeric ^ 60 - 1)::bigint AS s) x`,
  );
  return Object.values(seeds ?? {});
}

describe('the key', () => {
  test('is in no file of the server, no log and no statistic, whatever the server logs', async () => {
    await sql(
      it.server,
      'postgres',
      `ALTER SYSTEM SET log_statement = 'all'`,
      `ALTER SYSTEM SET log_min_duration_statement = 0`,
      'ALTER SYSTEM SET debug_print_plan = on',
      `ALTER SYSTEM SET session_preload_libraries = 'auto_explain'`,
      `LOAD 'auto_explain'`,
      'ALTER SYSTEM SET auto_explain.log_min_duration = 0',
      'ALTER SYSTEM SET auto_explain.log_verbose = on',
      'ALTER SYSTEM SET auto_explain.log_nested_statements = on',
      'SELECT pg_reload_conf()',
    );
    try {
      // One table by UPDATE, whose plan is logged, and others by ALTER; with masks that are functions, which have plans.
      const database = await given(
        'CREATE VIEW seen AS SELECT name FROM people',
        'CREATE TABLE numbers AS SELECT i AS id, (1850578006084 + i)::text AS ssn, current_date - 9000 AS born FROM generate_series(1, 9) i',
        'ANALYZE',
        // So many that the secret numbers stand in the statement itself.
        `UPDATE pg_class SET reltuples = 1e6 WHERE relname = 'numbers'`,
      );
      const key = randomBytes(32);
      const more = '  numbers: {columns: {ssn: nir, born: date}}\n';
      await anonymise(it.server, database, RULES.replace('name: name', 'name: street') + more, { key });
      const spoken = key.toString('base64').replace(/=+$/, '');
      const forms = [spoken, key.toString('hex'), [...Buffer.from(spoken)].join('')];
      await sql(it.server, database, 'CHECKPOINT');
      const { stdout, stderr } = await docker(it.engine, ['logs', it.name]);
      // Plans are printed over several lines, bytes as numbers.
      const logged = (stdout + stderr).replaceAll(/\s+/g, '');
      expect(logged).toContain('QueryText:UPDATE"public"."people"');
      expect(logged, 'the numbers were made').toContain('generate_series(0,8191)');
      for (const seed of await seedsOf(spoken, 'street')) expect(logged).not.toContain(seed);
      for (const form of forms) {
        const script = 'grep -rlaF -- "$1" "$PGDATA" || test $? -eq 1';
        expect((await docker(it.engine, ['exec', it.name, 'sh', '-c', script, 'sh', form])).stdout).toBe('');
        expect(logged).not.toContain(form);
      }
    } finally {
      await sql(it.server, 'postgres', 'ALTER SYSTEM RESET ALL', 'SELECT pg_reload_conf()');
    }
  });
});

test('the owner of a database needs no right beyond it', async () => {
  await sql(it.server, 'postgres', `CREATE ROLE plain LOGIN PASSWORD 'of nobody'`, 'CREATE DATABASE owned OWNER plain');
  const plain = { ...it.server, user: 'plain', password: () => 'of nobody' };
  await sql(
    plain,
    'owned',
    'CREATE TABLE note (t text)',
    ...PEOPLE,
    'INSERT INTO note SELECT name FROM people',
    'ANALYZE',
  );
  await anonymise(plain, 'owned', `${RULES}  note: {rows: delete}\n`);
  expect(await rows('owned', `SELECT count(*)::int AS n FROM people WHERE name ~* 'querville'`)).toEqual([{ n: 0 }]);
  for (const text of ['Querville', 'querville']) expect(await filesWith('owned', text), text).toEqual([]);
});

describe('what makes a table hard to write anew', () => {
  test.each([
    ['a view', 'CREATE VIEW seen AS SELECT name FROM people', 'SELECT name FROM seen'],
    [
      'a view of a view',
      'CREATE VIEW seen AS SELECT name FROM people; CREATE VIEW again AS SELECT name FROM seen',
      'SELECT name FROM again',
    ],
    ['a materialised view', 'CREATE MATERIALIZED VIEW seen AS SELECT name FROM people', 'SELECT name FROM seen'],
    [
      'a generated column',
      `ALTER TABLE people ADD COLUMN upper text GENERATED ALWAYS AS (upper(name)) STORED`,
      'SELECT upper AS name FROM people',
    ],
    [
      'an index on an expression',
      'CREATE INDEX ON people (lower(name) text_pattern_ops)',
      'SELECT lower(name) AS name FROM people',
    ],
    ['a partial unique index', `CREATE UNIQUE INDEX ON people (name) WHERE login LIKE 'q%'`, 'SELECT name FROM people'],
    [
      'a trigger that keeps what was',
      `CREATE TABLE audit (what text); CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
         $f$ BEGIN INSERT INTO audit VALUES (OLD.name); RETURN NEW; END $f$;
       CREATE TRIGGER keep AFTER UPDATE OF name ON people FOR EACH ROW EXECUTE FUNCTION keep()`,
      'SELECT what AS name FROM audit UNION ALL SELECT name FROM people',
    ],
    [
      'a policy',
      `ALTER TABLE people ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON people USING (name = current_user)`,
      'SELECT name FROM people',
    ],
    ['a collation', 'ALTER TABLE people ALTER COLUMN name TYPE varchar COLLATE "C"', 'SELECT name FROM people'],
    ['a check', `ALTER TABLE people ADD CHECK (length(name) > 3)`, 'SELECT name FROM people'],
    [
      'a domain',
      `CREATE DOMAIN nm AS varchar(60) CHECK (VALUE <> ''); ALTER TABLE people ALTER COLUMN name TYPE nm`,
      'SELECT name FROM people',
    ],
    ['a fixed length', 'ALTER TABLE people ALTER COLUMN name TYPE char(60)', 'SELECT name FROM people'],
    ['a child table', 'CREATE TABLE staff (badge int) INHERITS (people)', 'SELECT name FROM people'],
  ])('%s', async (_, made, look) => {
    const database = await given(made);
    const more = made.includes('audit') ? '  audit: {columns: {what: text}}\n' : '';
    await anonymise(it.server, database, RULES + more);
    const found = await rows<{ name: string }>(database, look);
    expect(found).toHaveLength(500);
    expect(found.filter(({ name }) => /querville/i.test(name))).toEqual([]);
    expect(await filesWith(database, 'Querville')).toEqual([]);
  });

  test('partitions', async () => {
    const database = await given(
      'CREATE TABLE parted (id int, name text) PARTITION BY RANGE (id)',
      'CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (300)',
      'CREATE TABLE parted_2 PARTITION OF parted DEFAULT',
      'INSERT INTO parted SELECT id, name FROM people',
    );
    await anonymise(it.server, database, `${RULES}  parted: {columns: {name: name}}\n`);
    const [found] = await rows(database, 'SELECT count(*)::int AS n FROM parted JOIN people USING (id, name)');
    expect(found).toEqual({ n: 500 });
    expect(await filesWith(database, 'Querville')).toEqual([]);
  });
});

describe('rows that stay or go', () => {
  test('a keep list keeps its rows in history too; a NULL in it changes nothing', async () => {
    const database = await given('CREATE TABLE bank (party int)', 'INSERT INTO bank VALUES (7), (NULL)');
    const rules = `keep-lists: {banks: {query: SELECT party FROM bank}}\n${RULES}    unless: [banks]\n`;
    const { lists } = await anonymise(it.server, database, rules);
    expect(lists).toEqual([{ name: 'banks', ids: 1, missing: [] }]);
    const kept = `SELECT id FROM people WHERE name LIKE 'Querville%' UNION ALL SELECT id FROM people__history WHERE login LIKE 'querville%'`;
    expect(await rows(database, kept)).toEqual([{ id: 7 }, { id: 7 }]);
  });

  test.each([
    ['whose table is missing', 'SELECT party FROM bank', 'RULE_LIST_FAILED'],
    ['that keeps nearly all', 'SELECT id FROM people WHERE id > 10', 'RULE_LIST_KEEPS_TOO_MUCH'],
    ['that is no query', 'DROP TABLE people', 'RULE_LIST_FAILED'],
  ])('a keep list %s fails, and nothing was masked', async (_, query, code) => {
    const database = await given();
    const rules = `keep-lists: {l: {query: "${query}"}}\n${RULES}    unless: [l]\n`;
    await expect(anonymise(it.server, database, rules)).rejects.toMatchObject({ problems: [{ code }] });
    expect(await rows(database, `SELECT count(*)::int AS n FROM people WHERE name LIKE 'Querville%'`)).toEqual([
      { n: 500 },
    ]);
  });

  test('truncate, delete and delete by a condition, with what foreign keys do', async () => {
    const database = await given(
      'CREATE TABLE note (id serial PRIMARY KEY, t text)',
      'CREATE TABLE seen (note int REFERENCES note ON DELETE CASCADE, t text)',
      'CREATE TABLE log (t text)',
      'CREATE TABLE mail (kind text, t text)',
      `INSERT INTO note (t) SELECT 'Zweibrueckenstein' FROM generate_series(1, 50)`,
      `INSERT INTO seen SELECT id, 'Zweibrueckenstein' FROM note`,
      `INSERT INTO log SELECT 'Zweibrueckenstein' FROM generate_series(1, 50)`,
      `INSERT INTO mail SELECT CASE WHEN i % 2 = 0 THEN 'out' ELSE 'in' END, CASE WHEN i % 2 = 0 THEN 'Zweibrueckenstein' END FROM generate_series(1, 50) i`,
    );
    const more = `  note: {rows: truncate}\n  seen: {keep: [t]}\n  log: {rows: truncate}\n  mail: {rows: {delete: "kind = 'out'"}, keep: [kind, t]}\n`;
    await anonymise(it.server, database, RULES + more);
    const counts = `SELECT (SELECT count(*) FROM note)::int AS note, (SELECT count(*) FROM seen)::int AS seen,
      (SELECT count(*) FROM log)::int AS log, (SELECT count(*) FROM mail)::int AS mail`;
    expect(await rows(database, counts)).toEqual([{ note: 0, seen: 0, log: 0, mail: 25 }]);
    expect((await filesWith(database, 'Zweibrueckenstein')).length).toBe(0);
  });

  test('a large object that no rule is about refuses the run before anything is copied', async () => {
    const database = await given(`SELECT lo_from_bytea(0, 'Querville in an object')`);
    const planned = async (more: string) => {
      const folder = await folderWith({ 'anonymize/own.yml': `version: 1\nname: own\n${more}${RULES}` });
      const connection = await connect(it.server, database);
      return withConnection(connection, () =>
        planOf(connection, { database, plan: { folder, anonymisationRules: [] } }),
      );
    };
    await expect(planned('')).rejects.toMatchObject({
      exitCode: 2,
      problems: [{ code: 'LARGE_OBJECTS_UNCLASSIFIED' }],
    });
    expect((await planned('large-objects: keep\n')).largeObjects).toBe('keep');
  });

  test('large objects', async () => {
    const database = await given(`SELECT lo_from_bytea(0, 'Querville in an object')`);
    const { largeObjects } = await anonymise(it.server, database, `large-objects: delete\n${RULES}`);
    expect(largeObjects).toBe(1);
    expect(await filesWith(database, 'Querville')).toEqual([]);
  });
});

test('values of a column that was dropped go from the files', async () => {
  const database = await given(
    'CREATE TABLE plain (n int, gone text)',
    `INSERT INTO plain SELECT i, 'Kaltenbrunnwald' FROM generate_series(1, 100) i`,
    'ALTER TABLE plain DROP COLUMN gone',
  );
  expect(await filesWith(database, 'Kaltenbrunnwald')).not.toEqual([]);
  await anonymise(it.server, database, RULES);
  expect(await filesWith(database, 'Kaltenbrunnwald')).toEqual([]);
});

test('a leak is told by table and column, never by its value, and is what it ends with', async () => {
  const database = await given(
    'CREATE TABLE party_party (id serial PRIMARY KEY, name varchar)',
    'INSERT INTO party_party (name) SELECT name FROM people',
    'CREATE TABLE remark (id serial, t text)',
    'INSERT INTO remark (t) SELECT name FROM people',
  );
  const rules = `${RULES}  party_party: {columns: {name: name}}\n  remark: {keep: [t]}\n`;
  const failed = anonymise(it.server, database, rules);
  const error = await failed.then(
    () => undefined,
    (e: { problems: { code: string; detail: string }[]; exitCode: number }) => e,
  );
  expect(error?.problems[0]?.code).toBe('LEAKS_FOUND');
  expect(error?.exitCode).toBe(1);
  expect(error?.problems[0]?.detail).toContain('remark.t');
  expect(JSON.stringify(error?.problems)).not.toContain('Querville');
});

describe('a column that is empty in the first thousands of rows', () => {
  const rules = `${RULES}  party_party: {keep: [since], columns: {name: name}}\n`;
  const fillLate = (value: string): Promise<string> =>
    given(
      'CREATE TABLE party_party (id serial PRIMARY KEY, name varchar, since varchar)',
      `INSERT INTO party_party (name, since)
       SELECT 'Querville ' || md5(i::text), CASE WHEN i > 4000 THEN ${value} END FROM generate_series(1, 4500) i`,
    );

  test('and holds references to records is no leak', async () => {
    expect((await anonymise(it.server, await fillLate(`'sale.order,' || i`), rules)).hits).toEqual([]);
  });

  test('and holds names is one', async () => {
    const failed = anonymise(it.server, await fillLate(`'Aubervin ' || md5('a' || i)`), rules);
    await expect(failed).rejects.toMatchObject({ problems: [{ code: 'LEAKS_FOUND' }] });
  });
});

test('a constraint that refuses ends it, naming the table and no value', async () => {
  const database = await given(`ALTER TABLE people ADD CHECK (name LIKE 'Quer%')`);
  const failed = anonymise(it.server, database, RULES);
  await expect(failed).rejects.toMatchObject({ exitCode: 1, problems: [{ code: 'ANONYMIZE_FAILED' }] });
  const error = await failed.catch((e: { problems: { title: string }[] }) => e);
  expect(JSON.stringify((error as { problems: unknown }).problems)).toContain(
    'people cannot be anonymised: a check constraint',
  );
  expect(JSON.stringify((error as { problems: unknown }).problems)).not.toContain('Querville');
});
