/** What a column's first rows tell of it. */
export interface Profile {
  see(value: string): void;
  /** Whether its values can tell who somebody is: no choice among a few, no number of a sequence, no reference to a record. */
  isTelling(): boolean;
}

/** Names of columns that hold a choice, for tables of so few rows that nothing else shows it. */
const CHOICES = /^(type|state|status|kind|lang|language|model|resource|origin|target|event)_?$/;
const REFERENCE = /^[a-z_][\w.]*,-?\d*$/;
const CHOICE = /^[a-z][a-z_-]*$/;
const NUMBER = /^[A-Z]{0,6}[-/]?(?:\d{4}[-/])?(\d{1,15})$/;
const FEW_ROWS = 8;

/** @param name of the column */
export function createProfile(name: string): Profile {
  const distinct = new Set<string>();
  const count = { rows: 0, choices: 0, references: 0, numbers: 0, rising: 0, zeros: 0 };
  let last = -1;
  return {
    see(value) {
      if (value === '') return;
      count.rows += 1;
      if (distinct.size < 4000) distinct.add(value.slice(0, 80));
      if (CHOICE.test(value)) count.choices += 1;
      if (REFERENCE.test(value)) count.references += 1;
      const number = NUMBER.exec(value)?.[1];
      if (number === undefined) return;
      count.numbers += 1;
      if (number.startsWith('0') && number.length > 1) count.zeros += 1;
      if (Number(number) >= last) count.rising += 1;
      last = Number(number);
    },
    isTelling() {
      const { rows, choices, references, numbers, rising, zeros } = count;
      const part = (n: number): number => n / Math.max(1, rows);
      if (rows === 0) return true;
      if (part(references) >= 0.9) return false;
      if (rows < FEW_ROWS) return !(CHOICES.test(name) || (part(numbers) === 1 && part(zeros) === 1));
      if (part(choices) >= 0.9 && part(distinct.size) < 0.2) return false;
      if (rows >= 500 && distinct.size <= 20) return false;
      // Numbers by chance rise every second time.
      return !(part(numbers) >= 0.95 && part(rising) >= 0.9);
    },
  };
}
