import { spawn } from 'node:child_process';

/**
 * Times commands side by side: in each round every command runs once, so that what else the machine does hits all alike.
 * @param {Record<string, {command: string[], cwd?: string, env?: Record<string, string>}>} commands by name
 * @returns {Promise<Record<string, number>>} medians of wall-clock time, in milliseconds
 */
export async function sideBySide(commands, { rounds = 15, warmUps = 2 } = {}) {
  const names = Object.keys(commands);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1)
    for (const name of names) {
      const took = await time(name, commands[name]);
      if (round >= 0) times[name].push(took);
    }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** One run, in milliseconds. Rejects with the end of what was printed when it fails: a failure is not to be measured. */
async function time(name, { command: [file, ...args], cwd, env }) {
  const start = process.hrtime.bigint();
  let printed = '';
  const code = await new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${name} ended with exit code ${code}\n${printed.slice(-2000)}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}
