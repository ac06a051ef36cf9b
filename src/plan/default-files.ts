import { isRecord, readYaml } from '../compose/index.ts';
import { expand, parseTemplate, TemplateError, type Values } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';
import type { Problem } from '../shared/problem.ts';
import type { PlannedFile } from './types.ts';

/** An entry of a plugin's defaults/files.yml. */
interface FileEntry {
  readonly from?: string;
  readonly to: string;
  readonly mode?: string;
  /** The fragment that needs it; without it the file is not made. */
  readonly for?: string;
  readonly 'create-only'?: boolean;
  readonly directory?: boolean;
}

const optionally = (type: string) => (value: unknown) => value === undefined || typeof value === type;
const shapes: Record<keyof FileEntry, (value: unknown) => boolean> = {
  from: optionally('string'),
  to: (value) => typeof value === 'string' && value !== '',
  mode: (value) => value === undefined || (typeof value === 'string' && /^0?[0-7]{3}$/.test(value)),
  for: optionally('string'),
  'create-only': optionally('boolean'),
  directory: optionally('boolean'),
};

/** What is the user's, or made from the whole plan: no plugin writes there. */
const reserved = /^(\.env|coog\.[^/]*|env\.(custom|base)|override\.yml|disabled_services|(custom|compose)(\/.*)?)$/;

/** The default files of an extension which the selected fragments need. A `.tmpl` is filled in with the plan's values. */
export function defaultFiles(
  extension: LoadedExtension,
  isSelected: (fragment: string) => boolean,
  values: Values,
): { files: PlannedFile[]; problems: Problem[] } {
  const index = extension.defaults.find((f) => f.name === 'files');
  if (!index) return { files: [], problems: [] };
  const { name } = extension.contributor;
  const problem = (title: string, line?: number): Problem => ({
    code: 'PLUGIN_FILE_INVALID',
    title: `${name}: ${title}`,
    place: { file: index.path, ...(line === undefined ? {} : { line }) },
    next: `update ${name}, or add --without-plugin ${name}`,
  });
  const { model, error } = readYaml(index.content);
  if (error) return { files: [], problems: [problem(error.message, error.line)] };
  const entries: unknown = isRecord(model) ? model.files : undefined;
  if (!Array.isArray(entries)) return { files: [], problems: [problem('it has no list "files"')] };
  const made = entries.map((entry: unknown) => {
    const wrong = whatIsWrong(entry);
    if (wrong !== undefined) return problem(wrong);
    const checked = entry as FileEntry;
    if (checked.for !== undefined && !isSelected(checked.for)) return undefined;
    const file = toFile(checked, extension, values);
    return typeof file === 'string' ? problem(file) : file;
  });
  return {
    files: made.filter((m): m is PlannedFile => m !== undefined && 'content' in m),
    problems: made.filter((m): m is Problem => m !== undefined && 'code' in m),
  };
}

function whatIsWrong(entry: unknown): string | undefined {
  if (!isRecord(entry)) return 'an entry of "files" is no map';
  const unknown = Object.keys(entry).find((key) => !Object.hasOwn(shapes, key));
  if (unknown !== undefined) return `a default file has no property "${unknown}"`;
  const broken = Object.entries(shapes).find(([key, fits]) => !fits(entry[key]));
  if (broken) return `"${broken[0]}" of a default file is not what it must be: ${JSON.stringify(entry[broken[0]])}`;
  const to = String(entry.to).replace(/^(\.\/)+/, '');
  if (/^\/|(^|\/)\.\.(\/|$)/.test(to)) return `a default file wants to be written outside of the project: ${to}`;
  if (reserved.test(to.replace(/\/$/, ''))) return `a default file may not be written to ${to}`;
  return undefined;
}

/** A text says what is wrong. */
function toFile(entry: FileEntry, extension: LoadedExtension, values: Values): PlannedFile | string {
  const mode = Number.parseInt(entry.mode ?? (entry.directory ? '0755' : '0644'), 8);
  const path = entry.to.replace(/^(\.\/)+/, '').replace(/\/$/, '');
  if (entry.directory) return { path: `${path}/`, content: '', mode, kind: 'folder' };
  const wanted = entry.from?.replace(/^defaults\//, '').replace(/\.ya?ml$/, '');
  const source = extension.defaults.find((f) => f.name === wanted);
  if (entry.from !== undefined && !source) return `the default file ${entry.from} is missing`;
  const kind = entry['create-only'] ? 'initial' : 'managed';
  const content = source?.content ?? '';
  if (!entry.from?.endsWith('.tmpl')) return { path, content, mode, kind };
  try {
    return { path, content: expand(parseTemplate(content), (name) => values.get(name)?.value), mode, kind };
  } catch (error) {
    if (error instanceof TemplateError) return `${entry.from}: ${error.message}`;
    throw error;
  }
}

/** Two plugins may not write one file, unless with the same content. */
export function fileConflicts(
  made: readonly { readonly owner: string; readonly files: readonly PlannedFile[] }[],
): Problem[] {
  const seen = new Map<string, { owner: string; content: string }>();
  return made.flatMap(({ owner, files }) =>
    files.flatMap(({ path, content }) => {
      const other = seen.get(path);
      seen.set(path, other ?? { owner, content });
      if (!other || other.content === content) return [];
      return [
        {
          code: 'PLUGIN_FILE_INVALID',
          title: `${owner} and ${other.owner} both write the default file ${path}`,
          next: `coog plugins:uninstall ${owner}, or add --without-plugin ${owner}`,
        },
      ];
    }),
  );
}
