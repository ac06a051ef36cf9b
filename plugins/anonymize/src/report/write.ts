import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownOf } from './markdown.ts';
import type { Report } from './report.ts';

/** Writes `NAME.json` and `NAME.md`, for their owner alone; hands back their paths. Nothing is overwritten. */
export async function writeReport(folder: string, name: string, report: Report): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const contents = { json: `${JSON.stringify(report, undefined, 2)}\n`, md: markdownOf(report) };
  const paths: string[] = [];
  for (const [suffix, content] of Object.entries(contents)) {
    const path = join(folder, `${name}.${suffix}`);
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    paths.push(path);
  }
  return paths;
}
