import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRules } from '../../../plugins/anonymize/src/rules/read.ts';
import { ruleSources } from '../../../plugins/anonymize/src/rules/sources.ts';
import { folderWith } from '../../support/folder.ts';

const rule = (name: string, what: string) =>
  `version: 1\nname: ${name}\ntables: {party_party: {columns: {name: ${what}}}}\n`;
const ruleOf = async (folder: string, files: readonly string[] = []) => {
  const contributor = { name: '@team/mail', version: '1.0.0', root: folder };
  const set = await readRules(
    ruleSources({ folder, anonymisationRules: files.map((path) => ({ path, contributor })) }),
  );
  return set.tables.get('party_party')?.columns.get('name');
};

describe('rules come from', () => {
  test('the plugin itself, valid as they are shipped', async () => {
    const set = await readRules(ruleSources({ folder: await folderWith({}), anonymisationRules: [] }));
    expect(set.names).toEqual(expect.arrayContaining(['party', 'res', 'ir', 'neutralise']));
    expect(set.tables.get('ir_cron')?.columns.get('active')?.action).toEqual({ set: false });
  });

  test('other plugins, stronger, and the project, strongest', async () => {
    const folder = await folderWith({ 'team/a.yml': rule('a', 'company') });
    const file = join(folder, 'team/a.yml');
    expect(await ruleOf(folder, [file])).toMatchObject({ action: { mask: 'company' }, place: { file } });
    const project = await folderWith({ 'custom/anonymize/own.yml': rule('own', 'token') });
    expect((await ruleOf(project, [file]))?.action).toEqual({ mask: 'token' });
    const outside = await folderWith({ 'anonymize/own.yaml': rule('own', 'login') });
    expect((await ruleOf(outside))?.action).toEqual({ mask: 'login' });
  });

  test('no two files of one name in a source, and all faults of all files are told at once', async () => {
    const folder = await folderWith({
      'anonymize/a.yml': rule('own', 'name'),
      'custom/anonymize/b.yml': rule('own', 'name'),
      'anonymize/c.yml': 'version: 1\nname: c\nnothing: 1\n',
    });
    const failed = readRules(ruleSources({ folder, anonymisationRules: [] }));
    await expect(failed).rejects.toMatchObject({
      problems: [
        { code: 'RULES_INVALID', place: { file: join(folder, 'anonymize/c.yml'), line: 3 } },
        { code: 'RULES_INVALID', place: { file: join(folder, 'custom/anonymize/b.yml'), line: 2 } },
      ],
    });
  });
});
