import { SCHEMA } from './hash.ts';

/** A function in PL/pgSQL of the copy's own schema. */
export interface SqlFunction {
  readonly name: string;
  readonly parameters: string;
  readonly returns: string;
  readonly declare?: string;
  /** Depends on nothing but its parameters and the key, which is asked once a statement then. */
  readonly immutable?: boolean;
  readonly body: string;
}

/** The statement that makes it. Not for parallel plans: each worker would make the secret numbers anew. */
export const spelled = ({ name, parameters, returns, declare, immutable, body }: SqlFunction): string =>
  [
    `CREATE FUNCTION ${SCHEMA}.${name}(${parameters}) RETURNS ${returns} LANGUAGE plpgsql ${immutable ? 'IMMUTABLE' : 'STABLE'} AS $f$`,
    ...(declare ? [`DECLARE ${declare}`] : []),
    `BEGIN ${body} END $f$`,
  ].join('\n');
