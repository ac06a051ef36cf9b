/**
 * @typedef {object} Row
 * @property {string} what
 * @property {number} value
 * @property {string} unit `×` for a ratio
 * @property {number} [limit] what is to be reached; without one the row is for information
 */

/** @param {Row[]} rows @returns {string} one line a row, with its verdict */
export function table(rows) {
  const width = Math.max(...rows.map(({ what }) => what.length));
  return rows
    .map((row) => {
      const { what, value, unit, limit } = row;
      const goal =
        limit === undefined ? '' : `  to reach: ${limit} ${unit}  ${isReached(row) ? 'reached' : 'NOT REACHED'}`;
      return `${what.padEnd(width)}  ${value.toFixed(2).padStart(7)} ${unit.padEnd(2)}${goal}`;
    })
    .join('\n');
}

/** @param {Row} row */
export const isReached = ({ value, limit }) => limit === undefined || value <= limit;
