import { describe, expect, test } from 'vitest';
import { formatStatus } from '../../../src/cli/status-table.ts';
import { fitTable } from '../../../src/cli/table.ts';
import type { ProjectStatus, ServiceStatus } from '../../../src/operations/index.ts';

const now = Date.parse('2026-01-02T00:00:00Z');
const service = (more: Partial<ServiceStatus>): ServiceStatus => ({
  ...{ service: 'coog', fragment: 'back/coog', state: 'running', health: 'healthy', since: '2026-01-01T22:00:00Z' },
  ...{
    memory: 412e6,
    urls: ['http://demo.localhost/'],
    image: 'cooghub/coog:coog-2.13.2134',
    container: 'demo-coog-1',
  },
  ...more,
});
const project: ProjectStatus = {
  project: 'demo',
  services: [
    service({}),
    { ...service({ service: 'init', state: 'exited', health: '', exitCode: 3, urls: [] }), memory: 0 },
    service({ service: 'late', state: 'absent', health: '', since: '', urls: [], image: '' }),
  ],
  urls: ['http://demo.localhost/'],
  rows: [],
  leftOut: [],
};
const header = (width?: number) => formatStatus(project, now, width).split('\n')[0]?.split(/ +/);

describe('the table of coog status', () => {
  test('has all columns where there is room', () => {
    const lines = formatStatus(project, now).split('\n');
    expect(header()).toEqual(['SERVICE', 'STATE', 'HEALTH', 'SINCE', 'MEMORY', 'URL', 'IMAGE']);
    expect(lines[1]).toMatch(
      /^coog +running +healthy +2h +412 MB +http:\/\/demo\.localhost\/ +cooghub\/coog:coog-2\.13\.2134$/,
    );
    expect(lines[2]).toMatch(/^init +exited \(3\) /);
    expect(lines).toHaveLength(4);
  });

  test.each([
    [80, ['SERVICE', 'STATE', 'HEALTH', 'SINCE', 'MEMORY', 'URL']],
    [60, ['SERVICE', 'STATE', 'HEALTH', 'SINCE', 'MEMORY']],
    [40, ['SERVICE', 'STATE', 'HEALTH', 'SINCE']],
    [34, ['SERVICE', 'STATE', 'HEALTH']],
    [5, ['SERVICE', 'STATE', 'HEALTH']],
  ])('on %i columns is no wider, while anything can be left out', (width, columns) => {
    expect(header(width)).toEqual(columns);
    const table = formatStatus(project, now, width).split('\n').slice(0, 4);
    if (width > 5) for (const line of table) expect(line.length).toBeLessThanOrEqual(width);
  });

  test('without a column for addresses has them below', () => {
    expect(formatStatus(project, now, 60).split('\n').at(-1)).toBe('http://demo.localhost/');
    expect(formatStatus(project, now).split('\n').at(-1)).toMatch(/^late +absent/);
  });
});

test('columns go in the order that is given', () => {
  const shown = (width: number) =>
    fitTable(['A', 'B', 'C'], [['aaaa', 'bbbb', 'cccc']], { width, dispensable: ['B', 'C'] });
  expect(shown(16)).toBe('A     B     C\naaaa  bbbb  cccc');
  expect(shown(15)).toBe('A     C\naaaa  cccc');
  expect(shown(1)).toBe('A\naaaa');
});
