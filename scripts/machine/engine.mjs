import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensurePackages, isAvailable } from '../../plugins/demo/machine/packages.mjs';
import {
  capture,
  childEnvironment,
  findCommand,
  isEntry,
  isRoot,
  NotReady,
  run,
} from '../../plugins/demo/machine/process.mjs';
import { stateFolder } from './folders.mjs';

const ENGINE_PID_FILES = ['/run/docker.pid', '/var/run/docker.pid'];
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 30_000;

export const engineLog = () => join(stateFolder(), 'dockerd.log');
export const enginePidFile = () => join(stateFolder(), 'dockerd.pid');

/** Docker 26's `docker info --format` exits 0 without an engine, so an exit code alone is no answer. */
export async function engineAnswers() {
  const { code, stdout } = await capture('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 15_000 });
  return code === 0 && /^\d/.test(stdout);
}

/** The packages that bring the engine and its client, as far as they are missing. */
export async function missingEnginePackages() {
  const missing = [];
  if (!findCommand('dockerd')) missing.push({ name: 'docker.io', why: 'the engine that runs the containers' });
  // Since Debian 13 the client is a package of its own; before, docker.io brings it.
  if (!findCommand('docker')) {
    const name = (await isAvailable('docker-cli')) ? 'docker-cli' : 'docker.io';
    if (!missing.some((item) => item.name === name)) missing.push({ name, why: 'the client of the engine' });
  }
  return missing;
}

/**
 * Makes an engine answer: the one that runs, else one that is started here, installed first where it is missing.
 * @returns {Promise<{started: boolean, pid: number | undefined}>} `started` only for a dockerd of ours, with its pid
 */
export async function ensureEngine() {
  if (await engineAnswers()) return { started: false, pid: undefined };
  if (process.env.DOCKER_HOST) {
    throw new NotReady(`No engine answers at DOCKER_HOST=${process.env.DOCKER_HOST}.`, { remedy: ['docker version'] });
  }
  await ensurePackages(await missingEnginePackages());
  if (!isRoot()) {
    throw new NotReady('No engine answers (`docker version` fails), and starting one takes root.', {
      remedy: ['sudo systemctl start docker', 'sudo usermod -aG docker "$USER"   # then log in again'],
    });
  }
  if (existsSync('/run/systemd/system')) await run('systemctl', ['start', 'docker']);
  if (existsSync('/run/systemd/system') || otherEnginePid()) {
    await waitFor(engineAnswers, START_DEADLINE_MS, () => 'The engine was started by the system, but does not answer.');
    return { started: false, pid: undefined };
  }
  return startEngine();
}

/** The pid of the dockerd that an earlier run started here and that still runs. */
export function ownEnginePid() {
  return [readPid(enginePidFile())].find(isEngine);
}

/** Ends a dockerd that ensureEngine started; leaves any other process alone. */
export async function stopEngine({ started, pid }) {
  if (!started) return;
  if (isEngine(pid)) process.kill(pid, 'SIGTERM');
  const message = () => `dockerd (pid ${pid}) does not end.`;
  await waitFor(() => !isEngine(pid), STOP_DEADLINE_MS, message);
  rmSync(enginePidFile(), { force: true });
}

async function startEngine() {
  mkdirSync(stateFolder(), { recursive: true });
  console.error(`Starting dockerd (log: ${engineLog()})`);
  const log = openSync(engineLog(), 'a');
  const offset = statSync(engineLog()).size;
  const child = spawn('dockerd', [], { detached: true, env: childEnvironment(), stdio: ['ignore', log, log] });
  closeSync(log);
  let ended;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, signal) => (ended = `exit code ${code ?? signal}`));
  child.unref();
  if (child.pid) writeFileSync(enginePidFile(), `${child.pid}\n`);
  const story = (what) => `${what} Its last lines (${engineLog()}):\n${tail(engineLog(), offset)}`;
  const answersOrEnds = async () => {
    // It also ends where the package's start script was a moment faster: then that one is waited for.
    if (ended && !otherEnginePid()) throw new Error(story(`dockerd ended (${ended}).`));
    return engineAnswers();
  };
  try {
    await waitFor(answersOrEnds, START_DEADLINE_MS, () => story('dockerd does not answer.'));
  } catch (error) {
    await stopEngine({ started: true, pid: child.pid });
    throw error;
  }
  if (!ended) return { started: true, pid: child.pid };
  rmSync(enginePidFile(), { force: true });
  return { started: false, pid: undefined };
}

/** The pid of a dockerd that runs but does not answer yet, for example one that the package's start script started. */
function otherEnginePid() {
  return ENGINE_PID_FILES.map(readPid).find(isEngine);
}

function readPid(file) {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

/** Whether the pid is a dockerd that has not ended (Z: ended, and nobody asked how yet). */
function isEngine(pid) {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && /\(dockerd\) [^Z]/.test(readFileSync(file, 'utf8'));
}

function tail(file, offset, lines = 20) {
  const text = readFileSync(file).subarray(offset).toString().trimEnd();
  return text
    .split('\n')
    .slice(-lines)
    .map((line) => `  ${line}`)
    .join('\n');
}

async function waitFor(check, deadlineMs, message) {
  const end = Date.now() + deadlineMs;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(message());
    await delay(200);
  }
}

if (isEntry(import.meta)) console.log(JSON.stringify(await ensureEngine()));
