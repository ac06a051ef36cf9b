import { expect, test } from 'vitest';
import { memoryOf } from '../../../src/engine/index.ts';
import { folderWith } from '../../support/folder.ts';

const id = '74f0603fcd67';

test('cgroup 1: what is used, without what the kernel can take back', async () => {
  const root = await folderWith({
    'proc/7/cgroup': `9:name=systemd:/docker/${id}\n4:memory:/docker/${id}\n0::/docker/${id}\n`,
    [`sys/fs/cgroup/memory/docker/${id}/memory.usage_in_bytes`]: '1000\n',
    [`sys/fs/cgroup/memory/docker/${id}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 400\n',
  });
  expect(await memoryOf({ id, pid: 7 }, root)).toBe(600);
});

test('cgroup 2, by systemd', async () => {
  const path = `/system.slice/docker-${id}.scope`;
  const root = await folderWith({
    'proc/7/cgroup': `0::${path}\n`,
    [`sys/fs/cgroup${path}/memory.current`]: '5000\n',
    [`sys/fs/cgroup${path}/memory.stat`]: 'anon 10\ninactive_file 1000\n',
  });
  expect(await memoryOf({ id, pid: 7 }, root)).toBe(4000);
});

test('nothing is told of a process that is another one, or on another machine, or that does not run', async () => {
  const root = await folderWith({
    'proc/7/cgroup': '0::/user.slice\n',
    'sys/fs/cgroup/user.slice/memory.current': '1',
  });
  expect(await memoryOf({ id, pid: 7 }, root)).toBeUndefined();
  expect(await memoryOf({ id, pid: 8 }, root)).toBeUndefined();
  expect(await memoryOf({ id, pid: 0 }, root)).toBeUndefined();
});
