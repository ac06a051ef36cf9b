/** Writes two files over and over, until somebody kills it. Arguments: folder, seed of the contents. */
import { join } from 'node:path';
import { writeFilesAtomically } from '../../src/shared/atomic-write.ts';

const [folder = '', from = '0'] = process.argv.slice(2);
for (let i = Number(from); ; i++) {
  const content = `${i}\n`.repeat(20_000);
  await writeFilesAtomically([
    { path: join(folder, 'one'), content: `${content}end\n`, mode: 0o600 },
    { path: join(folder, 'two'), content: `${content}end\n`, mode: 0o644 },
  ]);
  process.stdout.write('.');
}
