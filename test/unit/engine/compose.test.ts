import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detectEngine, type Engine, requireCompose, runCompose } from '../../../src/engine/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coog-compose-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A program in the folder that stands in for another. */
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const engine = (command: string): Engine => ({
  env: { PATH: '/usr/bin:/bin', ONLY: 'this' },
  compose: { command: [command], major: 2, version: '2.26.1' },
  docker: { version: '20.10.24', apiVersion: '1.41', clientVersion: '28.2.2', local: true },
});

test("Compose runs in the project's folder with the engine's environment, without the menu, and nothing else", async () => {
  const command = await program('compose', 'echo "$PWD" "$@"; env | grep -vE "^(PWD|_|SHLVL|OLDPWD)=" | sort');
  const { stdout, exitCode } = await runCompose(engine(command), folder, ['ps', '-a'], { stdio: 'pipe' });
  expect([exitCode, stdout]).toEqual([
    0,
    `${folder} --project-directory ${folder} ps -a\nCOMPOSE_MENU=false\nONLY=this\nPATH=/usr/bin:/bin`,
  ]);
});

test('input, exit code and both streams', async () => {
  const command = await program('compose', 'cat; echo wrong >&2; exit 17');
  const result = await runCompose(engine(command), folder, ['x'], { stdio: 'pipe', input: 'in' });
  expect(result).toMatchObject({ exitCode: 17, stdout: 'in', stderr: 'wrong' });
  await expect(requireCompose(engine(command), folder, ['x', '--secret'])).rejects.toMatchObject({
    exitCode: 1,
    problems: [{ code: 'COMPOSE_FAILED', title: `${command} x ended with exit code 17`, detail: 'wrong' }],
  });
});

test('a time-out and an abort end it', async () => {
  const command = await program('compose', 'exec sleep 30');
  const late = await runCompose(engine(command), folder, [], { stdio: 'pipe', timeout: 50 });
  expect(late).toMatchObject({ timedOut: true, exitCode: 143 });
  const aborted = await runCompose(engine(command), folder, [], { stdio: 'inherit', signal: AbortSignal.timeout(50) });
  expect(aborted).toMatchObject({ cancelled: true, exitCode: 143 });
});

test('a signal to coog is left to Compose, which is waited for', async () => {
  const command = await program(
    'compose',
    'trap "sleep 0.3; exit 5" TERM; kill -TERM $PPID; while :; do sleep 0.05; done',
  );
  const result = await runCompose(engine(command), folder, ['up'], { stdio: 'stderr' });
  expect(result).toMatchObject({ exitCode: 5, interrupted: 'SIGTERM' });
});

const DOCKER = (version: string) =>
  `case "$*" in version*) echo '{"Client":{"Version":"28.2.2","ApiVersion":"1.41","Context":"default"},"Server":{"Version":"${version}"}}';; *) exit 125;; esac`;

test.each([
  ['1.29.2', { command: ['docker-compose'], major: 1, version: '1.29.2' }],
  ['v2.40.3', { command: ['docker-compose'], major: 2, version: '2.40.3' }],
])('docker-compose %s', async (version, compose) => {
  await program('docker', DOCKER('20.10.24+dfsg1'));
  await program('docker-compose', `echo ${version}`);
  const found = await detectEngine({ env: { PATH: `${folder}:/usr/bin-none` }, folder });
  expect(found.compose).toEqual(compose);
  expect(found.docker).toEqual({ version: '20.10.24+dfsg1', apiVersion: '1.41', clientVersion: '28.2.2', local: true });
});

test('an old engine and an old Compose are told at once; so is that both are missing', async () => {
  await program('docker', DOCKER('19.03.15'));
  await program('docker-compose', 'echo 1.29.1');
  await expect(detectEngine({ env: { PATH: folder }, folder })).rejects.toMatchObject({
    exitCode: 2,
    problems: [{ code: 'ENGINE_TOO_OLD' }, { code: 'COMPOSE_TOO_OLD', next: 'sudo apt-get install docker-compose' }],
  });
  await expect(detectEngine({ env: { PATH: '/nonexistent' }, folder })).rejects.toMatchObject({
    problems: [{ code: 'ENGINE_CLIENT_MISSING' }, { code: 'COMPOSE_MISSING' }],
  });
});

test('COOG_COMPOSE wins: a path, also relative to the project and with spaces', async () => {
  await program('docker', DOCKER('28.0.0'));
  await program('my compose', 'echo 2.30.0');
  const found = await detectEngine({ env: { PATH: folder, COOG_COMPOSE: './my compose' }, folder });
  expect(found.compose).toEqual({ command: [join(folder, 'my compose')], major: 2, version: '2.30.0' });
  expect(found.env).not.toHaveProperty('COOG_COMPOSE');
  await expect(detectEngine({ env: { PATH: folder, COOG_COMPOSE: 'podman compose' }, folder })).rejects.toMatchObject({
    problems: [{ code: 'COMPOSE_MISSING', next: 'unset COOG_COMPOSE' }],
  });
});

test('a context on another machine is not local', async () => {
  const remote =
    'case "$1" in version) echo \'{"Client":{"Context":"far"},"Server":{"Version":"28.0.0"}}\';; context) echo ssh://far;; *) echo 2.26.1;; esac';
  await program('docker', remote);
  expect((await detectEngine({ env: { PATH: folder }, folder })).docker.local).toBe(false);
  const env = { PATH: folder, DOCKER_HOST: 'unix:///var/run/docker.sock' };
  expect((await detectEngine({ env, folder })).docker.local).toBe(true);
});
