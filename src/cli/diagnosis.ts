import type { CheckReport, Diagnosis, Finding } from '../doctor/index.ts';
import { formatPlace } from '../shared/problem.ts';
import { forTerminal } from '../shared/terminal-text.ts';
import { formatList, wrapText } from './report.ts';

const marks = { ok: '✓', info: 'i', warning: '!', error: '✗', skipped: '-', hung: '!' } as const;
/** Lines of evidence that are shown; `--json` has them all. */
const MOST_EVIDENCE = 8;

/** What the doctor found, errors last so that they stand right above the prompt, and a sum. */
export function formatDiagnosis(diagnosis: Diagnosis, { all, width }: { all: boolean; width: number }): string {
  const rank = ['info', 'warning', 'error'];
  const found = diagnosis.checks
    .filter(({ status }) => status !== 'hung')
    .flatMap((check) => check.findings.map((finding) => ({ check, finding })))
    .sort((a, b) => rank.indexOf(a.finding.severity) - rank.indexOf(b.finding.severity));
  const quiet = all ? diagnosis.checks.filter(({ findings }) => findings.length === 0).map(formatQuiet) : [];
  const texts = found.map(({ check, finding }) => formatFinding(check, finding, width));
  return [...quiet, ...texts, ...formatHung(diagnosis, width), wrapText(sum(diagnosis), width)].join('\n');
}

/** Most often one thing that hangs, such as the engine, is behind all of them. */
function formatHung({ checks }: Diagnosis, width: number): string[] {
  const hung = checks.filter(({ status }) => status === 'hung');
  if (hung.length === 0) return [];
  const beginning = `${marks.hung} ${hung.length === 1 ? 'a check' : `${hung.length} checks`} gave no answer in time:`;
  return [
    formatList(
      beginning,
      hung.map(({ id }) => id),
      width,
    ),
    '  → coog doctor --timeout 30',
  ];
}

const formatQuiet = ({ status, id, title, reason }: CheckReport): string =>
  forTerminal(`${marks[status]} ${title}${reason === undefined ? '' : `: ${reason}`} (${id})`);

function formatFinding({ id }: CheckReport, finding: Finding, width: number): string {
  const { severity, title, evidence = '', place, next } = finding;
  const lines = evidence.split('\n').filter((line) => line.trim() !== '');
  const cut = lines.length > MOST_EVIDENCE ? [`… ${lines.length - MOST_EVIDENCE} more lines`] : [];
  const fixable = finding.fix ? '   (or coog doctor --fix)' : '';
  return forTerminal(
    [
      wrapText(`${marks[severity]} ${title} (${id})`, width),
      ...(place ? [`  at ${formatPlace(place)}`] : []),
      ...[...lines.slice(0, MOST_EVIDENCE), ...cut].map((line) => `  ${line}`),
      ...(next ? [wrapText(`  → ${next}${fixable}`, width)] : []),
    ].join('\n'),
  );
}

function sum({ checks, errors, warnings }: Diagnosis): string {
  const of = (status: CheckReport['status']) => checks.filter((check) => check.status === status);
  const many = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const skipped = of('skipped');
  const hung = of('hung').length;
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return [
    `${many(checks.length, 'check')}: ${of('ok').length} well, ${many(warnings, 'warning')}, ${many(errors, 'error')}`,
    ...(hung > 0 ? [`${hung} without an answer`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} not possible (${reasons.join('; ')})`] : []),
  ].join(', ');
}
