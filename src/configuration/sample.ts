import { quoteForEnvFile } from './edit.ts';
import { expand, parseTemplate } from './template.ts';
import type { Declaration, Reference, Segment } from './types.ts';

/** The commented env.custom.sample: every variable that a user may set, by group, with its description and default. */
export function renderSample(declarations: readonly Declaration[]): string {
  const appended = new Set(declarations.filter((d) => d.appendProject).map((d) => d.name));
  const lines = [
    '# Every variable of Coog that can be set. Copy the lines that you need into env.custom, without the "#".',
    '# Made from the declarations by `npm run build`; not read by coog.',
  ];
  let group = '';
  for (const declaration of declarations) {
    const name = declaration.setBy[0];
    if (!name) continue;
    if (declaration.group !== group) {
      group = declaration.group;
      lines.push('', `# --- ${group} ${'-'.repeat(Math.max(0, 70 - group.length))}`);
    }
    lines.push('', ...wrap(`${declaration.description}${facts(declaration)}`, 98).map((line) => `# ${line}`));
    lines.push(`#${name}=${sampleValue(declaration, appended)}`);
  }
  return `${lines.join('\n')}\n`;
}

function facts(declaration: Declaration): string {
  const known = [
    ...(declaration.required ? ['required'] : []),
    ...(declaration.secret ? ['secret'] : []),
    ...(declaration.values ? [`one of ${declaration.values.join(', ')}`] : []),
    ...(declaration.setBy.length > 1 ? [`also read: ${declaration.setBy.slice(1).join(', ')}`] : []),
  ];
  return known.length > 0 ? ` (${known.join('; ')})` : '';
}

function sampleValue({ example, secret, default: template = '' }: Declaration, appended: ReadonlySet<string>): string {
  if (example !== undefined) return quoteForEnvFile(example);
  const segments = parseTemplate(template);
  // What an env file cannot say (an encoded part of a URI) is left to the default.
  if (secret || template === '' || segments.some((s) => 'name' in s && s.transform)) return '';
  if (segments.every((s) => 'text' in s)) return quoteForEnvFile(expand(segments, () => undefined));
  const text = segments.map((s) => inShell(s, appended)).join('');
  return /[^A-Za-z0-9_.,:/@%+${}-]/.test(text) ? `"${text}"` : text;
}

const inShell = (segment: Segment, appended: ReadonlySet<string>): string =>
  'text' in segment ? segment.text.replace(/[\\"`$]/g, '\\$&') : referenceInShell(segment, appended);

function referenceInShell({ name, operator, operand }: Reference, appended: ReadonlySet<string>): string {
  if (operator) return `\${${name}${operator}${(operand ?? []).map((s) => inShell(s, appended)).join('')}}`;
  // In a file it is what the user gave: without the project's name a line that is uncommented would move a data folder.
  return appended.has(name) ? `\${${name}}/\${COMPOSE_PROJECT_NAME}` : `\${${name}}`;
}

function wrap(text: string, width: number): string[] {
  return text.split(/\s+/).reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
    return lines;
  }, []);
}
