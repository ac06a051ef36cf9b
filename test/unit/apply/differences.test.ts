import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPlan, comparePlan, describeDifference } from '../../../src/apply/index.ts';
import { dotenvLine } from '../../../src/configuration/index.ts';
import { goodPlan, minimal } from '../../support/planning.ts';

const canary = 'C4NARY';

/** What `configure --check` shows of a .env with this text, under a plan with these lines in env.custom. */
async function shown(current: string, env = '', path = '.env'): Promise<string[]> {
  const plan = await goodPlan({
    'env.custom': `${minimal}${env}`,
    'override.yml': 'services: {s: {image: "x:${OWN_NOTE-}"}}',
  });
  const comparison = (await comparePlan(plan)).find((c) => c.file.path === path);
  if (!comparison) throw new Error(`${path} is not planned`);
  return describeDifference({ ...comparison, current }, plan.values);
}

const envOf = async (env: string): Promise<string> => {
  const plan = await goodPlan({
    'env.custom': `${minimal}${env}`,
    'override.yml': 'services: {s: {image: "x:${OWN_NOTE-}"}}',
  });
  return (await comparePlan(plan)).find((c) => c.file.path === '.env')?.file.content ?? '';
};

describe('differences of .env', () => {
  it('show what changes, and nothing else', async () => {
    const lines = await shown(await envOf('COOG_SERVER_WORKERS=1\n'), 'COOG_SERVER_WORKERS=7\n');
    expect(lines.filter((l) => /^[-+~]/.test(l))).toEqual(['-COOG_SERVER_WORKERS=1', '+COOG_SERVER_WORKERS=7']);
  });

  it('are none when nothing differs', async () => {
    expect(await shown(await envOf(''))).toEqual([]);
  });

  it('say that a secret has another value and show neither', async () => {
    const before = await envOf(`JWT_ENCRYPTION=${canary}-old\n`);
    const lines = await shown(before, `JWT_ENCRYPTION=${canary}-new\n`);
    expect(lines.join('\n')).not.toContain(canary);
    expect(lines).toContain('~JWT_ENCRYPTION=******** (another value)');
    expect(lines).toContain('~TOKEN_SHARED_SECRET=******** (another value)');
    expect(lines.filter((l) => l.startsWith('~')).length).toBeLessThan(8);
  });

  it('say that a secret appeared, and one went', async () => {
    const lines = await shown(`JWT_OLD_TOKEN=${canary}\n`, `COOG_PASSPHRASE=${canary}\n`);
    expect(lines).toContain('-JWT_OLD_TOKEN=********');
    expect(lines).toContain('+COOG_PASSPHRASE=********');
    expect(lines.join('\n')).not.toContain(canary);
  });

  const secrets = [
    `${canary}`,
    `a\n${canary}`,
    `a\n\n${canary}`,
    `a\n#${canary}`,
    `a\nPLAIN=${canary}`,
    `a"\n${canary}`,
    `a'\n${canary}`,
    `a\\\n${canary}\\`,
    `$\n${canary}`,
    `\${X}\n'\nPLAIN=${canary}`,
  ];
  it.each(secrets)('hide a secret of several lines, old and new: %j', async (secret) => {
    const old = (await envOf('')).replace(/^JWT_ENCRYPTION=.*$/m, () => dotenvLine('JWT_ENCRYPTION', secret));
    const env = `COOG_GATEWAY_TOKEN='${secret.replaceAll("'", "'\\''")}x'\nCOOG_SERVER_WORKERS=7\n`;
    const lines = await shown(old, env);
    expect(lines.join('\n')).not.toContain(canary);
    expect(lines).toContain('+COOG_SERVER_WORKERS=7');
    expect(lines).toContain('~JWT_ENCRYPTION=******** (another value)');
  });

  it.each([
    `PASSWORD=${canary}`,
    `export API_TOKEN=${canary}`,
    `# OLD_PASSWORD=${canary}`,
    `#PASSWORD=${canary}`,
    `  DB_PASS = ${canary}`,
    `PASSWORD: ${canary}`,
    `PRIVATE_KEY="begin\n${canary}\nend"`,
    `PRIVATE_KEY="begin\n${canary}`,
    `DATABASE=postgres://user:${canary}@host/db`,
    `POSTGRESQL_CONNECTION_STRING=${canary}`,
    `MONGODB_URI='mongodb://u:${canary}@h'`,
    `NOTE="open\nPASSWORD=${canary}`,
    `JWT_ENCRYPTION=${canary}\r`,
  ])('hide what looks like a secret in a file of anybody: %j', async (text) => {
    expect((await shown(`${text}\nLAST=1\n`)).join('\n')).not.toContain(canary);
  });

  it('hide a variable of the user that is made of a secret', async () => {
    const env = (value: string) => `CUSTOM_POSTGRES_PASSWORD=${value}\nOWN_NOTE="x \${CUSTOM_POSTGRES_PASSWORD}"\n`;
    const lines = await shown(await envOf(env(`${canary}1`)), env(`${canary}2`));
    expect(lines.join('\n')).not.toContain(canary);
    expect(lines).toContain('~OWN_NOTE=******** (another value)');
  });
});

describe('differences of other files', () => {
  it('show the lines of the generated compose file', async () => {
    const plan = await goodPlan();
    await applyPlan(plan, new Date(0));
    const compose = (await comparePlan(plan)).find((c) => c.file.path === 'coog.generated.yml');
    await writeFile(join(plan.folder, 'coog.generated.yml'), `${compose?.file.content}# mine\n`);
    const edited = (await comparePlan(plan)).find((c) => c.file.path === 'coog.generated.yml');
    if (!edited) throw new Error('not planned');
    expect(describeDifference(edited, plan.values).filter((l) => /^[-+]/.test(l))).toEqual(['-# mine']);
  });

  it('show nothing of a file that holds a secret', async () => {
    const plan = await goodPlan({ 'env.custom': `${minimal}JWT_ENCRYPTION=${canary}-long-enough\n` });
    const file = { path: 'x.conf', content: `password ${canary}-long-enough\n`, mode: 0o600, kind: 'managed' } as const;
    const lines = describeDifference(
      { file, state: 'outdated', current: `password ${canary}-before\n`, exposed: false },
      plan.values,
    );
    expect(lines).toEqual(['~ it holds secrets: not shown']);
  });
});
