import type { Declaration } from './types.ts';

/** The commented env.custom.sample: every variable that a user may set, by group, with its description and default. */
export function renderSample(declarations: readonly Declaration[]): string {
  const appended = declarations.filter((d) => d.appendProject).map((d) => `\${${d.name}}`);
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
    lines.push(
      `#${name}=${declaration.example ?? (declaration.secret ? '' : shown(inFile(declaration.default ?? '', appended)))}`,
    );
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

/** In a file such a reference is what the user gave: without this, a line that is uncommented would move a data folder. */
const inFile = (template: string, appended: readonly string[]): string =>
  appended.reduce((text, reference) => text.replaceAll(reference, `${reference}/\${COMPOSE_PROJECT_NAME}`), template);

const shown = (value: string): string => (/[\s"'#]/.test(value) ? `'${value.replaceAll("'", "'\\''")}'` : value);

function wrap(text: string, width: number): string[] {
  return text.split(/\s+/).reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
    return lines;
  }, []);
}
