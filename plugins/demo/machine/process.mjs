import { spawn } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a person must do before the script can go on. Entry points print it and leave with `exitCode`. */
export class NotReady extends Error {
  constructor(message, { remedy = [], exitCode = 2 } = {}) {
    super([message, ...remedy.map((line) => `  ${line}`)].join('\n'));
    this.name = 'NotReady';
    this.exitCode = exitCode;
  }
}

/** The environment for children: the system's administration folders are on PATH even when `su` left them out. */
export function childEnvironment(extra = {}, base = process.env) {
  const folders = (extra.PATH ?? base.PATH ?? '').split(delimiter).filter(Boolean);
  const missing = ['/usr/local/sbin', '/usr/sbin', '/sbin'].filter((folder) => !folders.includes(folder));
  return { ...base, ...extra, PATH: [...folders, ...missing].join(delimiter) };
}

/** The full path of a command on PATH, or undefined. */
export function findCommand(name, env = childEnvironment()) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      // not here: the next folder
    }
  }
  return undefined;
}

/** Runs a command on the terminal's streams. Rejects when it fails; stdin is closed unless `stdin: 'inherit'`. */
export async function run(command, args, { cwd, env, stdin = 'ignore', check = true } = {}) {
  const { code, signal, error } = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: childEnvironment(env), stdio: [stdin, 'inherit', 'inherit'] });
    child.on('error', (error) => resolve({ code: 127, error }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  if (check && code !== 0) throw failure(command, args, { code, signal, error });
  return code ?? 1;
}

/** Runs a command and keeps what it prints. Never rejects: look at `code` (127 when it is not there). */
export async function capture(command, args, { cwd, env, timeout = 0, input = 'ignore' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: childEnvironment(env), stdio: [input, 'pipe', 'pipe'], timeout });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (output.stdout += chunk));
    child.stderr.on('data', (chunk) => (output.stderr += chunk));
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, ...output }));
  });
}

/** Feeds one command's output to another and waits for both. Resolves with what the second one printed. */
export async function pipe([from, fromArgs], [to, toArgs], { env } = {}) {
  const source = spawn(from, fromArgs, { env: childEnvironment(env), stdio: ['ignore', 'pipe', 'inherit'] });
  const sourceEnd = new Promise((resolve) => {
    source.on('error', (error) => resolve({ code: 127, error }));
    source.on('close', (code, signal) => resolve({ code, signal }));
  });
  const sink = await capture(to, toArgs, { env, input: source.stdout });
  source.stdout.destroy();
  const sourceResult = await sourceEnd;
  if (sink.code !== 0) throw failure(to, toArgs, { code: sink.code, detail: sink.stderr });
  if (sourceResult.code !== 0) throw failure(from, fromArgs, sourceResult);
  return sink.stdout.trim();
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/** The script that Node was started with, as opposed to a module that another one imports. */
export function isEntry(meta) {
  return process.argv[1] !== undefined && meta.url === pathToFileURL(realpathSync(process.argv[1])).href;
}

function failure(command, args, { code, signal, error, detail }) {
  const how = error?.message ?? (signal ? `ended by ${signal}` : `exit code ${code}`);
  return new Error([`\`${[command, ...args].join(' ')}\` failed: ${how}`, detail?.trim()].filter(Boolean).join('\n'));
}
