import type { ProjectStatus, ServiceStatus } from '../operations/index.ts';
import { formatBytes } from '../shared/units.ts';
import { fitTable, formatTable } from './table.ts';

const HEADER = ['SERVICE', 'STATE', 'HEALTH', 'SINCE', 'MEMORY', 'URL', 'IMAGE'];
/** What a narrow terminal goes without, first to last. */
const DISPENSABLE = ['IMAGE', 'URL', 'MEMORY', 'SINCE'];

/** The state of a project as a table that is as wide as the terminal at most; `width` undefined: as wide as it gets. */
export function formatStatus(status: ProjectStatus, now: number, width?: number): string {
  const rows = status.services.map((service) => rowOf(service, now));
  const table = fitTable(HEADER, rows, { width, dispensable: DISPENSABLE });
  const told = status.rows.map((r) => [r.name, r.state, r.detail, r.plugin]);
  return [
    table,
    ...(told.length > 0 ? ['', formatTable(['OF PLUGINS', 'STATE', 'DETAIL', 'PLUGIN'], told)] : []),
    ...(table.split('\n', 1)[0]?.includes('URL') ? [] : status.urls),
  ].join('\n');
}

const rowOf = (s: ServiceStatus, now: number): string[] => [
  s.service,
  s.exitCode === undefined ? s.state : `${s.state} (${s.exitCode})`,
  s.health,
  s.since === '' ? '' : age(now - Date.parse(s.since)),
  s.memory === undefined ? '' : formatBytes(s.memory),
  s.urls[0] ?? '',
  s.image,
];

/** Which names there are for disabled_services, and why the others take no part. */
export function formatFragments({ services, leftOut }: ProjectStatus): string {
  const taking = services.filter((s) => s.fragment !== '').map((s) => [s.fragment, s.service, '']);
  const left = leftOut.map((l) => [l.fragment, l.service, l.why]);
  const names = [...taking, ...left].sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return formatTable(['NAME', 'SERVICE', 'LEFT OUT BECAUSE'], names);
}

/** Milliseconds in the largest unit that fits. */
export function age(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const;
  const unit = units.find(([, size]) => ms >= size) ?? (['s', 1000] as const);
  return `${Math.max(0, Math.floor(ms / unit[1]))}${unit[0]}`;
}
