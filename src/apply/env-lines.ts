import { holdsCredentials, looksSecret, masked, type Values } from '../configuration/index.ts';

export interface MaskedText {
  readonly text: string;
  /** Of every secret what stood in the file, to tell that it changed. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** A line that gives a value, commented out or not, in any of the forms that Compose reads. */
const assignment = /^([ \t]*(?:#[ \t]*)*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(?:=|:[ \t])[ \t]*)/;

/**
 * Masks secrets in the text of an env file that anybody may have written. A secret is what the plan says and what its
 * name or its value looks like; where its quote is not closed, the rest of the file is masked with it.
 */
export function maskEnvFile(text: string, values: Values): MaskedText {
  const secrets = new Map<string, string>();
  let result = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const line = rest.slice(0, lineLength(rest));
    const [lead = '', , name = ''] = assignment.exec(line) ?? [];
    const value = rest.slice(lead.length, lead.length + valueLength(rest.slice(lead.length)));
    const masking = lead !== '' && value.trim() !== '' && isSecret(name, value, values);
    if (masking) secrets.set(name, value);
    // Any other value is taken line by line: its quote may be an open one that swallows a secret.
    const end = at + (masking ? lead.length + value.length : line.length);
    result += `${masking ? `${lead}${masked}` : line}${text.slice(end, end + 1)}`;
    at = end + 1;
  }
  return { text: result, secrets };
}

function isSecret(name: string, value: string, values: Values): boolean {
  const known = values.get(name);
  return known?.declaration ? known.secret : looksSecret(name) || known?.secret === true || holdsCredentials(value);
}

const lineLength = (text: string): number => {
  const end = text.indexOf('\n');
  return end < 0 ? text.length : end;
};

/** A quoted value may hold line ends; what follows its quote on the last line belongs to it. */
function valueLength(text: string): number {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return lineLength(text);
  let end = 1;
  while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
  return Math.min(text.length, end + lineLength(text.slice(end)));
}
