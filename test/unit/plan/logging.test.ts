import { describe, expect, it } from 'vitest';
import { errorsOf, generatedModel, goodPlan, planFiles } from '../../support/planning.ts';

const local = { driver: 'local', options: { 'max-size': '100m', 'max-file': '5' } };
const loggings = async (files: Record<string, string>, env = '') => {
  const { services } = generatedModel(await goodPlan(files, { env }));
  return Object.fromEntries(Object.entries(services).map(([name, s]) => [name, s.logging]));
};
const own = { 'compose/a.yml': 'services: {a: {image: x}}' };
const to = (path: string) => `LOGGING_CONFIGURATION_TEMPLATE=${path}\n`;

describe('LOGGING_CONFIGURATION_TEMPLATE', () => {
  it("default reaches every service, the user's own too, by default", async () => {
    const byDefault = await loggings(own);
    expect(Object.keys(byDefault)).toEqual(expect.arrayContaining(['a', 'coog', 'postgres']));
    for (const [name, logging] of Object.entries(byDefault)) expect(logging, name).toEqual(local);
    expect(await loggings(own, to('default'))).toEqual(byDefault);
  });

  it('none injects nothing, and needs no part for the user’s own services', async () => {
    const none = await loggings(own, to('none'));
    expect(Object.values(none).filter((l) => l !== undefined)).toEqual([]);
    expect(Object.keys(none)).not.toContain('a');
  });

  it.each([
    ['an anchor on x-logging', 'x-logging: &default-logging\n  driver: syslog\n  options: {tag: t}\n'],
    ['an anchor below x-logging', 'x-logging:\n  any: &default-logging {driver: syslog, options: {tag: t}}\n'],
    ['a key below x-logging', 'x-logging:\n  default-logging: {driver: syslog, options: {tag: t}}\n'],
    ['no anchor', 'x-logging: {driver: syslog, options: {tag: t}}\n'],
    ['an alias within', 'x-o: &o {tag: t}\nx-logging: &default-logging\n  driver: syslog\n  options: *o\n'],
    ['a merge key within', 'x-o: &o {options: {tag: t}}\nx-logging: &default-logging\n  <<: *o\n  driver: syslog\n'],
  ])('a path, with %s', async (_, template) => {
    const found = await loggings({ ...own, 'custom/logging.yml': template }, to('custom/logging.yml'));
    expect(found.coog).toEqual({ driver: 'syslog', options: { tag: 't' } });
    expect(found.a).toEqual(found.coog);
  });

  it.each([
    ['is not there', undefined, 'LOGGING_TEMPLATE_MISSING'],
    ['is invalid', 'x-logging: [', 'LOGGING_TEMPLATE_INVALID'],
    ['has no driver', 'x-logging: &default-logging {options: {}}', 'LOGGING_TEMPLATE_INVALID'],
    ['is empty', '', 'LOGGING_TEMPLATE_INVALID'],
  ])('a path that %s is told', async (_, template, code) => {
    const files = template === undefined ? {} : { 'log.yml': template };
    const planned = await planFiles(files, { env: to('log.yml') });
    expect(errorsOf(planned)).toMatchObject([{ code, next: expect.stringContaining('coog config:set') }]);
    expect(planned.plan).toBeUndefined();
  });
});
