import { type Problem, ProblemError } from '../shared/problem.ts';
import { type CertificateFacts, factsOf } from './facts.ts';
import { judgePair } from './judge.ts';
import { readPair } from './pair.ts';
import { readText } from './read-text.ts';

/** Paths of a pair in PEM, and what it is judged by. */
export interface PairOnDisk {
  readonly certificate: string;
  readonly key: string;
  /** Empty when nobody knows it yet: then any name will do. */
  readonly hostname: string;
  readonly now: Date;
}

export interface JudgedOnDisk {
  /** Absent when no pair can be read. */
  readonly file?: CertificateFacts;
  readonly problems: readonly Problem[];
}

/** Reads a pair and tells everything that would keep browsers from taking it; that it cannot be read is told like that too. */
export async function judgeOnDisk({ certificate, key, hostname, now }: PairOnDisk): Promise<JudgedOnDisk> {
  try {
    const [content, secret] = await Promise.all([readText(certificate), readText(key)]);
    const pair = readPair({ name: certificate, content }, { name: key, content: secret });
    return { file: factsOf(pair.chain[0], now), problems: judgePair(pair, { file: certificate, hostname, now }) };
  } catch (error) {
    if (error instanceof ProblemError) return { problems: error.problems };
    throw error;
  }
}
