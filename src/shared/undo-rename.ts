import { constants } from 'node:fs';
import { copyFile, link, rename, rm, stat } from 'node:fs/promises';

export interface Undo {
  /** Puts the file back that was there, or takes the new one away. */
  readonly back: () => Promise<void>;
  /** Drops what was kept. */
  readonly forget: () => Promise<void>;
}

/** Keeps the file that a rename is about to replace: as a second name of it, or as a copy where links do not exist. */
export async function keepForUndo(target: string): Promise<Undo> {
  const before = await stat(target).catch(() => undefined);
  if (!before) return { back: () => rm(target, { force: true }), forget: async () => undefined };
  const kept = `${target}.before.${process.pid}.coog-tmp`;
  await rm(kept, { force: true });
  await link(target, kept).catch(() => copyFile(target, kept, constants.COPYFILE_EXCL));
  return {
    back: () => rename(kept, target),
    forget: () => rm(kept, { force: true }),
  };
}
