import { type Document, LineCounter, parseDocument } from 'yaml';

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface YamlRead {
  readonly document: Document.Parsed;
  /** Plain data, with anchors, aliases and merge keys (`<<`) resolved; undefined when the text cannot be read. */
  readonly model: unknown;
  readonly lineAt: (offset: number) => number;
  readonly error?: { readonly message: string; readonly line: number; readonly column: number };
}

/** Reads a compose file. Tags that only Compose knows (!reset, !override) may stand in it. */
export function readYaml(content: string): YamlRead {
  const counter = new LineCounter();
  const document = parseDocument(content, { lineCounter: counter, logLevel: 'silent', merge: true });
  const lineAt = (offset: number): number => counter.linePos(offset).line;
  const [wrong] = document.errors;
  if (wrong) {
    const { line = 1, col: column = 1 } = wrong.linePos?.[0] ?? {};
    return { document, model: undefined, lineAt, error: { message: firstLine(wrong.message), line, column } };
  }
  try {
    return { document, model: document.toJS(), lineAt };
  } catch (error) {
    // An alias without an anchor, or far too many of them.
    const message = firstLine((error as Error).message);
    return { document, model: undefined, lineAt, error: { message, line: 1, column: 1 } };
  }
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
