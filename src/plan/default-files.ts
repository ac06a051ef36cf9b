import { parse } from 'yaml';
import { isRecord } from '../compose/index.ts';
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

/** The default files of an extension which the selected fragments need. A `.tmpl` is filled in with the plan's values. */
export function defaultFiles(
  extension: LoadedExtension,
  isSelected: (fragment: string) => boolean,
  values: Values,
): { files: PlannedFile[]; problems: Problem[] } {
  const index = extension.defaults.find((f) => f.name === 'files');
  if (!index) return { files: [], problems: [] };
  const problems: Problem[] = [];
  const problem = (title: string): Problem => ({
    code: 'PLUGIN_FILE_INVALID',
    title: `${extension.contributor.name}: ${title}`,
    place: { file: index.path },
    next: `update ${extension.contributor.name}, or add --without-plugin ${extension.contributor.name}`,
  });
  const model: unknown = parse(index.content);
  const entries = isRecord(model) && Array.isArray(model.files) ? (model.files as FileEntry[]) : [];
  const files = entries.flatMap((entry): PlannedFile[] => {
    if (entry.for !== undefined && !isSelected(entry.for)) return [];
    if (typeof entry.to !== 'string' || /^\/|(^|\/)\.\.(\/|$)/.test(entry.to)) {
      problems.push(problem(`a default file wants to be written outside of the project: ${String(entry.to)}`));
      return [];
    }
    if (entry.directory)
      return [
        {
          path: `${entry.to.replace(/\/$/, '')}/`,
          content: '',
          mode: Number.parseInt(entry.mode ?? '0755', 8),
          kind: 'folder',
        },
      ];
    const source = extension.defaults.find(
      (f) => f.name === entry.from?.replace(/^defaults\//, '').replace(/\.yml$/, ''),
    );
    if (entry.from !== undefined && !source) problems.push(problem(`the default file ${entry.from} is missing`));
    try {
      const content = source?.content ?? '';
      return [
        {
          path: entry.to,
          content: entry.from?.endsWith('.tmpl')
            ? expand(parseTemplate(content), (name) => values.get(name)?.value)
            : content,
          mode: Number.parseInt(entry.mode ?? '0644', 8),
          kind: entry['create-only'] ? 'initial' : 'managed',
        },
      ];
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      problems.push(problem(`${entry.from}: ${error.message}`));
      return [];
    }
  });
  return { files, problems };
}
