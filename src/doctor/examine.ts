import { ProblemError } from '../shared/problem.ts';
import { type Facts, type FactsInput, factsOf } from './facts.ts';
import { pluginChecks } from './plugin-checks.ts';
import { type Check, type CheckReport, type Finding, ofProblem, type Status, Unavailable } from './types.ts';

/**
 * Makes all checks at once, those of plugins too. All have the same time, `timeout` in milliseconds; one that gives no
 * answer in it is told as hung, and what it has started is ended. Reports stand in the order of the checks. Never rejects
 * for what a check does.
 */
export async function examine(
  checks: readonly Check[],
  input: Omit<FactsInput, 'signal'>,
  timeout: number,
): Promise<CheckReport[]> {
  const controller = new AbortController();
  const facts = factsOf({ ...input, signal: controller.signal });
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'over'>((resolve) => {
    timer = setTimeout(() => resolve('over'), timeout);
  });
  const examined = (all: readonly Check[]) => Promise.all(all.map((check) => report(check, facts, over, timeout)));
  const found = Promise.race([over, pluginChecks(facts, timeout)]);
  try {
    const [own, ofPlugins] = await Promise.all([
      examined(checks),
      found.then((further) => (further === 'over' ? [] : examined(further))),
    ]);
    return [...own, ...ofPlugins];
  } finally {
    clearTimeout(timer);
    controller.abort(new Error('the time of the checks is over'));
    // What the signal sends to children must be on its way before this process ends.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function report(check: Check, facts: Facts, over: Promise<'over'>, timeout: number): Promise<CheckReport> {
  const began = performance.now();
  const { id, title } = check;
  const answer = await Promise.race([over, check.look(facts).catch(asError)]);
  const took = Math.round(performance.now() - began);
  if (answer === 'over') {
    const hung = `no answer within ${timeout / 1000} s: ${title}`;
    const next = 'coog doctor --timeout 30';
    return { id, title, took, status: 'hung', findings: [{ severity: 'warning', title: hung, next }] };
  }
  if (answer instanceof Unavailable)
    return { id, title, took, status: 'skipped', reason: answer.message, findings: [] };
  const findings = answer instanceof Error ? findingsOf(answer, title) : answer;
  return { id, title, took, status: worst(findings), findings };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** What a check could not find out is a finding like another. */
const findingsOf = (error: Error, title: string): readonly Finding[] =>
  error instanceof ProblemError
    ? error.problems.map(ofProblem)
    : [{ severity: 'warning', title: `this could not be found out: ${title}`, evidence: error.message }];

const order = ['error', 'warning', 'info'] as const;
const worst = (findings: readonly Finding[]): Status =>
  order.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'ok';
