import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './plugins.ts';

export interface Block {
  readonly language: string;
  /** What stands behind the language: the path of the file that the block is. */
  readonly title: string;
  readonly text: string;
}

/** Code blocks of a document of the repository, those with a title. */
export function titledBlocks(document: string): Block[] {
  const text = readFileSync(join(repository, document), 'utf8');
  return [...text.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)].map(([, language = '', title = '', block = '']) => ({
    language,
    title,
    text: block,
  }));
}
