import { describe, expect, it } from 'vitest';
import { envFileState, type Plan, renderPlan } from '../../../src/plan/index.ts';
import { folderWith } from '../../support/folder.ts';
import { generatedModel, goodPlan, minimal, rendered } from '../../support/planning.ts';
import { b2c, type FakePlugin } from '../../support/plugins.ts';

const files = {
  'env.custom': `${minimal}CUSTOM_COOG_TIMEZONE=Asia/Tokyo\n`,
  'compose/a.yml': 'services: {a: {image: x}}',
};
const plugins: FakePlugin[] = [
  b2c,
  ...['one', 'two'].map((name) => ({
    name,
    answer: { apiVersion: 1, fragments: 'c', variables: 'v.yml', patches: 'p', defaults: 'd' },
    files: {
      [`c/g/${name}.yml`]: `services: {${name}: {image: x}}\nvolumes: {v-${name}: {}}\n`,
      'v.yml': `groups: {${name}: {variables: {V_${name.toUpperCase()}: {description: d, default: "1"}}}}`,
      'p/a.yml': `services: {coog: {labels: [${name}=1]}}`,
      'd/files.yml': `files: [{from: x, to: ${name}.conf}]`,
      'd/x': name,
    },
  })),
];
const bytesOf = (plan: Plan) => renderPlan(plan).map((f) => [f.path, f.mode, f.kind, f.content]);

describe('renderPlan', () => {
  it('gives the same bytes, whoever registers first', async () => {
    const folder = await folderWith(files);
    const first = bytesOf(await goodPlan({}, { folder, plugins }));
    for (const list of [plugins.toReversed(), [...plugins.slice(1), ...plugins.slice(0, 1)]])
      expect(bytesOf(await goodPlan({}, { folder, plugins: list }))).toEqual(first);
    expect(first.length).toBeGreaterThan(5);
  });

  it('puts no path of this machine into what is generated', async () => {
    const plan = await goodPlan(files, { plugins });
    const texts = renderPlan(plan).filter((f) => f.kind === 'generated');
    expect(texts).toHaveLength(3);
    for (const { path, content } of texts) {
      expect(content, path).not.toContain(plan.folder);
      expect(content, path).not.toContain('/work/');
    }
  });

  it('says of every service where it comes from', async () => {
    const plan = await goodPlan(files, { plugins });
    const lines = rendered(plan, 'coog.generated.yml').content.split('\n');
    const above = (name: string) => lines[lines.indexOf(`  ${name}:`) - 1]?.trim();
    expect(above('postgres')).toBe('# database/postgres of @coog/cli');
    expect(above('coog')).toBe('# back/coog of @coog/cli, changed by one, two');
    expect(above('b2c-front')).toBe('# b2c/front of @coog/plugin-b2c');
    expect(above('a')).toContain('your own files');
    const names = Object.keys(generatedModel(plan).services);
    for (const name of names) expect(above(name), name).toMatch(/^# /);
    expect(names).toEqual([...names].sort());
  });

  it('has no secret in a file that others can read', async () => {
    const secrets = (await goodPlan({}, { plugins })).declarations.filter((d) => d.secret && d.setBy.length > 0);
    expect(secrets.length).toBeGreaterThan(5);
    const canary = (name: string) => `canary-${name.toLowerCase()}-@:/`;
    const lines = secrets.map((d) => `${d.setBy[0]}='${canary(d.name)}'\n`);
    const own = 'services: {a: {image: x, environment: {A: "${MY_TOKEN}"}}}';
    const plan = await goodPlan(
      { 'env.custom': `${minimal}${lines.join('')}MY_TOKEN=canary-mine\n`, 'compose/a.yml': own },
      { plugins },
    );
    const readable = renderPlan(plan).filter((f) => (f.mode & 0o077) !== 0);
    expect(readable.map((f) => f.path)).toEqual(expect.arrayContaining(['coog.generated.yml', 'coog.lock']));
    for (const { path, content } of readable) {
      expect(content, path).not.toContain('canary-');
      expect(content, path).not.toContain(encodeURIComponent('-@:/'));
    }
    const env = rendered(plan, '.env');
    expect(env.mode).toBe(0o600);
    for (const { name } of secrets) expect(env.content, name).toContain(canary(name));
    expect(env.content).toContain('canary-mine');
  });

  it('keeps what a YAML 1.1 reader would take for something else', async () => {
    const odd = {
      A: 'yes',
      B: 'no',
      C: '22:22',
      D: '010',
      E: '1e3',
      F: '~',
      G: 'null',
      H: '2026-01-01',
      y: 'n',
      I: '0x1f',
      J: '=',
      K: ' x ',
    };
    const patch = `services: {coog: {environment: ${JSON.stringify(odd)}, restart: "no"}}`;
    const plan = await goodPlan(
      {},
      { plugins: [{ name: 'p', answer: { apiVersion: 1, patches: 'p' }, files: { 'p/a.yml': patch } }] },
    );
    const { coog } = generatedModel(plan).services;
    expect(coog?.environment).toMatchObject(odd);
    expect(coog?.restart).toBe('no');
  });

  it('puts the preamble of .env before everything and its digest behind', async () => {
    const { content } = rendered(await goodPlan(files), '.env');
    expect(envFileState(content)).toBe('untouched');
    expect(envFileState(content.replace('Asia/Tokyo', 'Asia/Seoul'))).toBe('edited');
    expect(envFileState(`${content}X=1\n`)).toBe('edited');
    expect(envFileState(content.replaceAll('\n', '\r\n'))).toBe('edited');
    expect(envFileState('A=1\n')).toBe('foreign');
    const names = [...content.matchAll(/^([A-Z_]+)=/gm)].map((m) => m[1]);
    expect(names.slice(0, 3)).toEqual(['COOG_DOLLAR', 'COOG_EMPTY', 'COMPOSE_FILE']);
    expect(new Set(names).size).toBe(names.length);
  });

  it('locks the versions and digests of what takes part', async () => {
    const lock = JSON.parse(rendered(await goodPlan(files, { plugins }), 'coog.lock').content) as Record<
      string,
      object
    >;
    expect(lock).toMatchObject({
      format: 1,
      cli: '0.1.0',
      plugins: { '@coog/plugin-b2c': '1.0.0', one: '1.0.0', two: '1.0.0' },
    });
    expect(Object.keys(lock.files ?? {})).toEqual(expect.arrayContaining(['coog.generated.yml', 'one.conf']));
    expect(Object.keys(lock.files ?? {})).not.toContain('.env');
  });
});
