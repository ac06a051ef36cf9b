import { describe, expect, it } from 'vitest';
import { explainVariable, finalName } from '../../../src/settings/index.ts';
import { ProblemError } from '../../../src/shared/problem.ts';
import { minimal, planFiles } from '../../support/planning.ts';

const canary = 'C4NARY-s3cr3t';

const planned = (more: string, files = {}) => planFiles({ 'env.custom': `${minimal}${more}`, ...files });

describe('explaining a variable', () => {
  it('says value, layer, place, what it shadows and who receives it', async () => {
    const project = await planned('CUSTOM_POSTGRES_HOST=db.local\n', {
      'custom/env.custom': '# c\nCUSTOM_POSTGRES_HOST=db.shared\n',
    });
    const explanation = explainVariable(project, 'CUSTOM_POSTGRES_HOST', false);
    expect(explanation).toMatchObject({
      name: 'POSTGRES_HOST',
      value: 'db.local',
      type: 'hostname',
      secret: false,
      owner: '@coog/cli',
      setBy: ['CUSTOM_POSTGRES_HOST'],
      default: 'postgres',
      origin: { layer: 'env.custom', place: { file: 'env.custom', line: 8 } },
      shadowed: [{ layer: 'custom/env.custom', value: 'db.shared', place: { line: 2 } }],
    });
    expect(explanation.receivedBy?.length).toBeGreaterThan(0);
    expect(explainVariable(project, 'POSTGRES_HOST', false)).toEqual(explanation);
  });

  it('masks a secret and all that lost against it, unless revealed', async () => {
    const project = await planned(`CUSTOM_POSTGRES_PASSWORD=${canary}1\nCUSTOM_POSTGRES_PASSWORD=${canary}2\n`);
    const masked = explainVariable(project, 'POSTGRES_PASSWORD', false);
    expect(JSON.stringify(masked)).not.toContain(canary);
    expect(masked.shadowed).toHaveLength(2);
    expect(JSON.stringify(explainVariable(project, 'POSTGRESQL_CONNECTION_STRING', false))).not.toContain(canary);
    const revealed = explainVariable(project, 'POSTGRES_PASSWORD', true);
    expect([revealed.value, revealed.shadowed[0]?.value]).toEqual([`${canary}2`, `${canary}1`]);
  });

  it('works while the project has errors, without who receives it', async () => {
    const project = await planned('CUSTOM_SFTP_PORT=x\n');
    expect(project.plan).toBeUndefined();
    const explanation = explainVariable(project, 'SFTP_PORT', false);
    expect(explanation.value).toBe('x');
    expect('receivedBy' in explanation).toBe(false);
  });

  it('knows a variable of the user', async () => {
    const project = await planned('MINE=1\n', { 'override.yml': 'services: {s: {image: "x:${MINE}"}}' });
    expect(explainVariable(project, 'MINE', false)).toMatchObject({ value: '1', owner: 'you', setBy: ['MINE'] });
  });

  it('refuses a name that is not known, with what was meant', async () => {
    const project = await planned('');
    try {
      finalName(project, 'POSTGRES_HOTS');
      expect.unreachable();
    } catch (error) {
      expect((error as ProblemError).problems).toMatchObject([
        { code: 'VARIABLE_UNKNOWN', next: 'did you mean POSTGRES_HOST?' },
      ]);
    }
    expect(() => finalName(project, 'NOTHING_LIKE_IT_AT_ALL')).toThrow(ProblemError);
  });
});
