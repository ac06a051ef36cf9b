import type { Sniffed } from './sniff.ts';

/** The first lines of what pg_dump and pg_dumpall write as plain SQL. */
export const pgDumpHeader = /^(?:--\r?\n)?-- PostgreSQL database (?:cluster )?dump\r?\n/;

/** The last ones. A server's client may add a `\unrestrict` line. */
export const pgDumpEnd = /^-- PostgreSQL database (?:cluster )?dump complete\r?$/m;

/** The beginnings of statements, close enough that no prose and no other format passes. */
const statements = [
  /^set\s+(?:(?:session|local)\s+)?[\w."]+\s*(?:=|to\s)/i,
  /^select\s+[^;]*[(*'"\d][^;]*(?:;|$)/i,
  /^(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:(?:global|local|temp|temporary|unlogged|unique|materialized|foreign|event|user|default|text|trusted|procedural|recursive)\s+)*(?:access|aggregate|cast|collation|conversion|database|domain|extension|function|group|index|language|large|mapping|operator|owned|policy|privileges|procedure|publication|role|routine|rule|schema|sequence|server|statistics|subscription|system|table|tablespace|search|transform|trigger|type|user|view|wrapper|data)\s+[\w."(]/i,
  /^(?:begin|start\s+transaction|commit)\b[\w\s]*;/i,
  /^insert\s+into\s+[\w."]+/i,
  /^copy\s+[\w."]+\s*(?:\([^)]*\)\s*)?(?:from|to)\s/i,
  /^(?:update\s+(?:only\s+)?[\w."]+\s+set\s|delete\s+from\s|truncate\s+(?:table\s+)?[\w."]+\s*(?:;|,|restart\b|cascade\b))/i,
  /^comment\s+on\s+\w+\s+[\w."]+[^;]*\sis\s/i,
  /^(?:grant|revoke)\s+[\w\s,]+\s+(?:on|to|from)\s+[\w."]+/i,
  /^(?:do|call)\s+(?:\$|language\s|[\w."]+\()/i,
  /^with\s+(?:recursive\s+)?[\w."]+\s+as\s*\(/i,
  /^(?:vacuum|analyze|reindex|cluster|lock|discard|reset)\s+[\w."\s]*;/i,
];

/** Whether a text is plain SQL: the header of pg_dump, or a statement behind comments and commands of psql. */
export function looksLikeSql(text: string): boolean {
  const start = text.trimStart();
  if (pgDumpHeader.test(start)) return true;
  const first = withoutComments(start);
  return statements.some((statement) => statement.test(first));
}

function withoutComments(text: string): string {
  let rest = text;
  for (;;) {
    const next = rest.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\\[a-z]+[^\n]*(?:\n|$))/, '');
    if (next === rest) return rest;
    rest = next;
  }
}

/** Says what a text that is no SQL may be. */
export function otherText(text: string): Sniffed {
  const start = text.trimStart();
  if (/^(?:<!doctype\s+html|<html|<head|<body)/i.test(start))
    return {
      other: 'an HTML page',
      next: 'Download the backup again: the server answered with a page, often a log-in.',
    };
  if (start.startsWith('<')) return { other: 'an XML or HTML file' };
  if (/^[{[]/.test(start)) return { other: 'JSON' };
  if (start.startsWith('version https://git-lfs.github.com'))
    return { other: 'a pointer of Git LFS, not the file itself', next: 'git lfs pull' };
  if (/^--\s*(?:MySQL|MariaDB) dump/m.test(start)) return { other: 'a dump of MySQL or MariaDB' };
  if (start === '') return { other: 'white space only' };
  return { other: 'text, but no SQL' };
}
