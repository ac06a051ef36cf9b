import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCoog } from '../../support/e2e/coog.ts';
import { DEMO_DEADLINE, type Demo, endDemo, logInAsAdmin, serverOf, sharedDemo, sql } from '../../support/e2e/demo.ts';
import { databasesOf, fingerprint } from '../../support/e2e/oracle.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../../support/e2e/outcome.ts';
import type { Project } from '../../support/e2e/project.ts';
import { logIn } from '../../support/e2e/tryton.ts';

/** Names that no mask makes, and that nothing else on the machine holds. */
const PEOPLE = 300;
const REAL = 'Quervainmontclos';

let demo: Demo;
let project: Project;
beforeAll(async () => {
  demo = await sharedDemo({ title: 'anonymize', compose: '2.26' });
  project = demo.project;
  await mkdir(join(project.folder, 'backups'), { mode: 0o700, recursive: true });
  await sql(project, 'coog', GIVEN);
}, DEMO_DEADLINE);
afterAll(() => endDemo(project), 120_000);

const GIVEN = `
  INSERT INTO party_party (name, code, active, create_date)
    SELECT '${REAL} ' || md5(i::text), 'ANON' || i, true, now() FROM generate_series(1, ${PEOPLE}) i;
  INSERT INTO party_contact_mechanism (party, type, value, value_compact, active)
    SELECT id, 'email', lower('${REAL}.') || id || '@real-mail.fr', lower('${REAL}.') || id || '@real-mail.fr', true
      FROM party_party WHERE code LIKE 'ANON%';
  INSERT INTO res_user (name, login, email, active, password_hash, menu)
    SELECT '${REAL} clerk', 'clerk.${REAL.toLowerCase()}', 'clerk@${REAL.toLowerCase()}.fr', true, 'x', menu
      FROM res_user WHERE login = 'admin';
  ANALYZE party_party;`;

interface Result {
  readonly published: string;
  readonly password?: string;
  readonly files: string[];
  readonly report: { readonly leaks: { readonly hits: number; readonly sampled: number } };
}

const anonymize = (...more: string[]) => project.coog('db:anonymize', '--json', ...more);

/** Files of a database in the server's data folder that hold a text. */
async function filesWith(database: string, text: string): Promise<string[]> {
  const [oid = ''] = await sql(project, 'postgres', `SELECT oid FROM pg_database WHERE datname = '${database}'`);
  await sql(project, database, 'CHECKPOINT');
  const script = `grep -rlaF -- "$1" "$PGDATA/base/$2" || test $? -eq 1`;
  const ended = await project.coog('exec', '-T', 'postgres', 'sh', '-c', script, 'sh', text, oid);
  thenItSucceeded(ended);
  return ended.stdout.split('\n').filter(Boolean);
}

describe('an anonymised copy', () => {
  test('holds no real value, neither in rows nor in files, and one can log in and read', async () => {
    const before = await fingerprint(project);
    expect(await filesWith('coog', REAL), 'the search finds what is there').not.toEqual([]);

    const made = await anonymize();

    thenItSucceeded(made);
    const { published, password = '', report, files } = jsonOf<Result>(made);
    expect(published).toBe('coog_anonymized');
    expect(report.leaks.hits).toBe(0);
    expect(report.leaks.sampled).toBeGreaterThan(PEOPLE);
    expect(await fingerprint(project), 'the database itself is as it was').toEqual(before);
    for (const text of [REAL, REAL.toLowerCase()]) expect(await filesWith(published, text), text).toEqual([]);

    const session = await logIn(await serverOf(project, published), 'admin', password);
    const ids = await session.call<number[]>('model.party.party.search', [['code', 'like', 'ANON%']], 0, PEOPLE, null);
    expect(ids).toHaveLength(PEOPLE);
    const parties = await session.call<{ name: string }[]>('model.party.party.read', ids, ['name']);
    expect(new Set(parties.map(({ name }) => name)).size).toBe(PEOPLE);
    expect(parties.every(({ name }) => /^N[0-9a-f]{12}$/.test(name))).toBe(true);

    for (const file of files) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readFile(file, 'utf8')).not.toContain(password);
    }
    expect(made.stderr + made.stdout).not.toContain(REAL);
  }, 400_000);

  test('is neutral: nothing runs by itself, no session, no other password', async () => {
    const counts = await sql(
      project,
      'coog_anonymized',
      `SELECT (SELECT count(*) FROM ir_cron WHERE active) || ' ' || (SELECT count(*) FROM ir_queue) || ' ' ||
              (SELECT count(*) FROM res_user WHERE password_hash IS NOT NULL AND login <> 'admin') || ' ' ||
              (SELECT count(*) FROM pg_namespace WHERE nspname = 'coog_anonymize')`,
    );
    expect(counts).toEqual(['0 0 0 0']);
  });

  test('with a key is the same again; what was there is replaced only after a Yes, and kept', async () => {
    const key = join(project.folder, 'key');
    const names = () =>
      sql(project, 'coog_anonymized', `SELECT name FROM party_party WHERE code LIKE 'ANON%' ORDER BY id`);
    theProblem(await anonymize('--key-file', key), 2, 'CONFIRMATION_NEEDED');
    await writeFile(key, `${'0123456789abcdef'.repeat(4)}\n`, { mode: 0o600 });
    const random = await names();
    thenItSucceeded(await anonymize('--key-file', key, '--yes', '--admin-password-admin'));
    const first = await names();
    thenItSucceeded(await anonymize('--key-file', key, '--yes', '--admin-password-admin'));
    expect(await names()).toEqual(first);
    expect(first.filter((name) => random.includes(name))).toEqual([]);
    const kept = (await databasesOf(project)).filter((name) => name.startsWith('coog_anonymized__prev'));
    expect(kept).toHaveLength(1);
    await logIn(await serverOf(project, 'coog_anonymized'), 'admin', 'admin');
    await chmod(key, 0o644);
    theProblem(await anonymize('--key-file', key, '--yes'), 2, 'KEY_FILE_INVALID');
  }, 600_000);
});

describe('db:dump --anonymize', () => {
  test('backs an anonymised copy up, says so in the manifest, and leaves no copy', async () => {
    const databases = await databasesOf(project);
    const file = join(project.folder, 'backups', 'anonymous.dump');
    thenItSucceeded(await project.coog('db:dump', file, '--anonymize'));
    const manifest = JSON.parse(await readFile(`${file}.manifest.json`, 'utf8'));
    expect(manifest).toMatchObject({ anonymised: true, database: 'coog' });
    expect(manifest.rules).toContain('party');
    expect(await databasesOf(project)).toEqual(databases);
    thenItSucceeded(await project.coog('db:load', file, '--database', 'from_dump', '--yes'));
    expect(await sql(project, 'from_dump', `SELECT count(*) FROM party_party WHERE name LIKE '${REAL}%'`)).toEqual([
      '0',
    ]);
  }, 600_000);
});

describe('in place', () => {
  test('another database is replaced by its copy, and kept', async () => {
    const made = await anonymize('--database', 'from_dump', '--in-place', 'from_dump', '--yes');
    thenItSucceeded(made);
    expect(jsonOf<Result>(made).published).toBe('from_dump');
    const kept = (await databasesOf(project)).filter((name) => name.startsWith('from_dump__prev'));
    expect(kept).toHaveLength(1);
  }, 400_000);
});

describe('a dry run', () => {
  test('shows what would happen and pseudonyms, no real value unless asked, and changes nothing', async () => {
    const before = await databasesOf(project);
    const shown = await project.coog('db:anonymize', '--dry-run');
    thenItSucceeded(shown);
    expect(shown.stdout).toMatch(/party_party .*name: name/);
    expect(shown.stdout).toMatch(/p\d{15}@example\.invalid/);
    expect(shown.stdout + shown.stderr).not.toContain(REAL.toLowerCase());
    const revealed = await project.coog('db:anonymize', '--dry-run', '--reveal');
    expect(revealed.stdout.toLowerCase()).toContain(REAL.toLowerCase());
    expect(await databasesOf(project)).toEqual(before);
    expect(await sql(project, 'coog', `SELECT count(*) FROM pg_proc WHERE proname = 'json_text'`)).toEqual(['0']);
  }, 120_000);
});

describe('what is refused', () => {
  test('the database itself, unless its name is typed', async () => {
    theProblem(await anonymize('--to', 'coog'), 2, 'ANONYMIZE_IN_PLACE');
    theProblem(await anonymize('--in-place', 'cog'), 2, 'ANONYMIZE_IN_PLACE');
  });

  test('a column that nobody has classified, by its name; rules for it can be written', async () => {
    await sql(project, 'coog', 'ALTER TABLE party_party ADD COLUMN nickname text');
    try {
      const before = await databasesOf(project);
      const problem = theProblem(await anonymize('--yes'), 2, 'COLUMNS_UNCLASSIFIED');
      expect(problem.detail).toBe('party_party.nickname (text)');
      expect(await databasesOf(project)).toEqual(before);
      const check = (...more: string[]) => project.coog('anonymize:rules', 'check', ...more);
      const checked = await check();
      expect(checked.exitCode).toBe(3);
      expect(checked.stdout).toContain('nickname');
      thenItSucceeded(await check('--write', join(project.folder, 'custom/anonymize/own.yml')));
      thenItSucceeded(await check());
    } finally {
      await sql(project, 'coog', 'ALTER TABLE party_party DROP COLUMN nickname');
      const { rm } = await import('node:fs/promises');
      await rm(join(project.folder, 'custom/anonymize'), { recursive: true, force: true });
    }
  }, 120_000);
});

describe('killed', () => {
  test.each([1, 3, 6, 10, 15])(
    'after %d s: nothing is published, and the next run works',
    async (seconds) => {
      await sql(project, 'postgres', 'DROP DATABASE IF EXISTS killed WITH (FORCE)');
      const running = startCoog(['db:anonymize', '--to', 'killed', '--admin-password-admin'], project);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      running.kill('SIGKILL');
      await running.ended;
      const published = (await databasesOf(project)).includes('killed');
      if (published)
        expect(await sql(project, 'killed', `SELECT count(*) FROM party_party WHERE name LIKE '${REAL}%'`)).toEqual([
          '0',
        ]);
      await logInAsAdmin(project);
    },
    120_000,
  );

  test('the next run takes away what they left', async () => {
    thenItSucceeded(await anonymize('--to', 'killed', '--yes', '--admin-password-admin'));
    expect((await databasesOf(project)).filter((name) => name.includes('__new_'))).toEqual([]);
  }, 300_000);
});
