import { describe, expect, it } from 'vitest';
import { masked, maskSecrets, shownOrigin, shownValue } from '../../../src/configuration/index.ts';
import { coreDeclarations, declare, resolved } from '../../support/resolving.ts';

const canary = 'C4NARY-s3cr3t';

describe('a secret', () => {
  it('is in no problem, whatever is wrong with it and with what is made of it', () => {
    const wrong = [
      `JWT_ENCRYPTION="${canary}\u0001"`,
      `CUSTOM_POSTGRES_PASSWORD="${canary}\u007f"`,
      'CUSTOM_POSTGRES_PORT="${CUSTOM_POSTGRES_PASSWORD}"',
      'PROJECT_HOSTNAME="$JWT_ENCRYPTION x"',
      'CUSTOM_COOG_INTERNAL_URL=$PART',
      'PART=$CUSTOM_POSTGRES_PASSWORD',
      'CUSTOM_SFTP_PORT=$POSTGRESQL_CONNECTION_STRING',
      'MINE="$JWT_ENCRYPTION\u0002"',
      `COOG_GATEWAY_TOKN=${canary}`,
    ];
    const result = resolved(coreDeclarations(), { env: `${wrong.join('\n')}\n`, usedByUser: ['MINE'] });
    expect(result.problems.filter((p) => p.code === 'VALUE_INVALID').length).toBeGreaterThanOrEqual(7);
    expect(JSON.stringify(result.problems)).not.toContain(canary);
  });

  it('is told to be one: what is declared so, what is made of one, what its name or its value says', () => {
    const declarations = declare(
      'PASSWORD: {set-by: [CUSTOM_PASSWORD], secret: true, default: "x"}',
      'HOST: {set-by: [HOST], default: "${PASSWORD}"}',
      'PLAIN: {set-by: [PLAIN], default: "x"}',
    );
    const env = [
      'HOST=${PASSWORD}.local',
      'OWN_TOKEN=1',
      'OWN_KEY=1',
      'OWN_KEYBOARD=fr',
      'OWN_URL=https://user:pass@host/',
      'OWN_PLAIN_URL=https://host:80/a',
      'OWN_MADE=a${STEP}',
      'STEP=$CUSTOM_PASSWORD',
    ];
    const usedByUser = env.map((line) => line.split('=')[0] as string);
    const { values } = resolved(declarations, { env: `${env.join('\n')}\n`, usedByUser });
    const secret = [...values.values()].filter((v) => v.secret).map((v) => v.name);
    expect(secret).toEqual(['HOST', 'OWN_KEY', 'OWN_MADE', 'OWN_TOKEN', 'OWN_URL', 'PASSWORD', 'STEP']);
  });

  it('is shown masked, in its shadowed values too, unless revealed', () => {
    const declarations = declare('P: {set-by: [P], secret: true, default: "x"}', 'Q: {set-by: [Q], secret: true}');
    const { values } = resolved(declarations, { custom: `P=${canary}\n`, env: `P=${canary}2\n` });
    const p = values.get('P');
    if (!p) throw new Error('no P');
    expect(shownValue(p, false)).toBe(masked);
    expect(shownValue(p, true)).toBe(`${canary}2`);
    const shown = [p.origin, ...p.shadowed].map((origin) => shownOrigin(p, origin, false));
    expect(JSON.stringify(shown)).not.toContain(canary);
    expect(shown.map((o) => o.place?.line)).toEqual([1, 1]);
    expect(shownValue(values.get('Q') ?? p, false)).toBe('');
  });

  it('is masked in texts, the longer one first; short ones stay', () => {
    const declarations = declare(...['P', 'Q', 'R'].map((n) => `${n}: {set-by: [${n}], secret: true, default: ""}`));
    const { values } = resolved(declarations, { env: `P=${canary}\nQ=${canary}-longer\nR=1\n` });
    expect(maskSecrets(`a ${canary}-longer b ${canary} 1`, values.values())).toBe(`a ${masked} b ${masked} 1`);
  });
});
