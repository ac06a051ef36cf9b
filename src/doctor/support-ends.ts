/**
 * Until when the makers of what a project runs mend it, by major, as far as they had announced it when this was written down
 * by hand: correct a date where the maker's own page says another. What is not listed is not judged.
 */
const ends: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  postgres: {
    '9.6': '2021-11-11',
    ...{ '10': '2022-11-10', '11': '2023-11-09', '12': '2024-11-21', '13': '2025-11-13', '14': '2026-11-12' },
    ...{ '15': '2027-11-11', '16': '2028-11-09', '17': '2029-11-08', '18': '2030-11-14' },
  },
  mongo: { '4.2': '2023-04-30', '4.4': '2024-02-29', '5': '2024-10-31', '6': '2025-07-31', '7': '2027-08-31' },
  redis: { '4': '2020-04-30', '5': '2022-04-27', '6': '2025-02-28' },
  rabbitmq: { '3': '2024-12-31' },
  traefik: { '1': '2021-12-31', '2': '2026-02-01' },
  node: { '16': '2023-09-11', '18': '2025-04-30', '20': '2026-04-30', '22': '2027-04-30', '24': '2028-04-30' },
};

/** Undefined when nobody knows: another product, another way of writing versions. `13-alpine`, `v2.11`, `7.0.14`. */
export function endOfSupport(product: string, tag: string): { major: string; end: Date } | undefined {
  const known = ends[product];
  const [, whole = '', first = ''] = /^v?((\d+)(?:\.\d+)?)/.exec(tag) ?? [];
  const major = known?.[whole] === undefined ? first : whole;
  const end = known?.[major];
  return end === undefined ? undefined : { major, end: new Date(end) };
}

/** Odd majors of Node are mended for half a year, and are not judged. */
export const endOfNode = (version: string): Date | undefined => endOfSupport('node', version)?.end;
