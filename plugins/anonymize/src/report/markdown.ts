import { formatBytes, formatDuration } from '@coog/cli/command';
import type { Report, ReportedTable } from './report.ts';

/** The report as people read it. */
export function markdownOf(report: Report): string {
  const { leaks, keepLists, took } = report;
  const seconds = (Date.parse(report.finished) - Date.parse(report.began)) / 1000;
  return [
    `# ${report.database} anonymised`,
    '',
    `Published as **${report.published}** of project ${report.project}, ${report.finished}, after ${formatDuration(seconds)}.`,
    '',
    '| | |',
    '| --- | --- |',
    `| leak scan | ${leaks.hits} hits; ${leaks.sampled} real values looked for in ${formatBytes(leaks.scannedBytes)} |`,
    `| key | ${report.key === 'random' ? 'random, thrown away' : 'of a file: the same key gives the same pseudonyms'} |`,
    `| size | ${formatBytes(report.bytes)} |`,
    `| steps | ${Object.entries(took)
      .map(([step, ms]) => `${step} ${(ms / 1000).toFixed(1)} s`)
      .join(', ')} |`,
    `| large objects deleted | ${report.largeObjectsDeleted} |`,
    `| rules | ${report.rules.join(', ')} |`,
    '',
    '## Kept rows',
    '',
    ...(keepLists.length === 0
      ? ['None.']
      : keepLists.map(
          (l) => `- ${l.name}: ${l.ids}${l.missing.length > 0 ? ` (no table ${l.missing.join(', ')})` : ''}`,
        )),
    '',
    '## Tables',
    '',
    '| table | rows | changed | kept columns |',
    '| --- | --- | --- | --- |',
    ...report.tables.map(lineOf),
    '',
  ].join('\n');
}

const lineOf = ({ table, rows, rowsRule, changed, kept }: ReportedTable): string => {
  const changes = Object.entries(changed).map(([column, what]) => `${column}: ${what}`);
  const all = [...(rowsRule ? [`rows: ${rowsRule}`] : []), ...changes].join('; ');
  return `| ${cell(table)} | ${rows} | ${cell(all)} | ${cell(kept.join(', '))} |`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
