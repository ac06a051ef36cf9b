import { judge } from '../../../plugins/anonymize/src/plan/make.ts';
import { mergeRules } from '../../../plugins/anonymize/src/rules/merge.ts';
import { parseRules } from '../../../plugins/anonymize/src/rules/parse.ts';
import { type Anonymised, anonymiseCopy } from '../../../plugins/anonymize/src/run/anonymise.ts';
import { randomKey } from '../../../plugins/anonymize/src/run/key.ts';
import { sample, scan } from '../../../plugins/anonymize/src/scan/index.ts';
import { readSchema } from '../../../plugins/anonymize/src/schema/read.ts';
import { connect, type Server, withConnection } from '../../../src/database/server/index.ts';

export interface Options {
  readonly key?: Buffer;
  readonly signal?: AbortSignal;
}

const silent = { begin: () => undefined, advance: () => undefined, end: () => undefined };

/** Anonymises a database of the tests where it is, by rules as text; nothing of Coog is needed. */
export async function anonymise(
  server: Server,
  database: string,
  rules: string,
  options: Options = {},
): Promise<Anonymised> {
  const set = mergeRules([parseRules(`version: 1\nname: test\n${rules}`, '/test.yml')]);
  const { plan, problems, unclassified } = await withConnection(await connect(server, database), async (connection) =>
    judge(set, await readSchema(connection)),
  );
  if (problems.length + unclassified.length > 0) throw new Error(JSON.stringify({ problems, unclassified }));
  return anonymiseCopy(server, database, {
    plan,
    key: Buffer.from(options.key ?? randomKey()),
    leaks: { sample, scan },
    signal: options.signal ?? new AbortController().signal,
    beforeScan: () => Promise.resolve(),
    progress: silent,
  });
}
