import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Files, writeFiles } from '../folder.ts';
import { type Container, containersOf } from './containers.ts';
import { type Ended, type Running, runCoog, startCoog } from './coog.ts';
import { type ComposeName, type Environment, environmentWith, removeFromEngine } from './machine.ts';

export interface ProjectOptions {
  readonly compose?: ComposeName;
  /** Added to the environment of every command. */
  readonly env?: Environment;
}

/** A project on this machine, driven through the real binary. */
export class Project {
  readonly name: string;
  /** Where the project is; its parent holds nothing else. */
  readonly folder: string;
  readonly env: Environment;

  constructor(name: string, folder: string, env: Environment) {
    this.name = name;
    this.folder = folder;
    this.env = env;
  }

  readonly coog = (...args: string[]): Promise<Ended> => runCoog(args, this);
  readonly start = (...args: string[]): Running => startCoog(args, this);
  readonly containers = (): Promise<Container[]> => containersOf(this.name);
  readonly write = (files: Files): Promise<void> => writeFiles(this.folder, files);
  readonly read = (path: string): Promise<string> => readFile(join(this.folder, path), 'utf8');

  /** The same project with more in the environment of its commands. */
  with(env: Environment): Project {
    return new Project(this.name, this.folder, { ...this.env, ...env });
  }

  /** A project in a folder of this one, which goes away with it. */
  within(name: string): Project {
    const inner = new Project(`${this.name}-${name}`, join(this.folder, name), this.env);
    onTestFinished(() => removeFromEngine(inner.name), 120_000);
    mkdirSync(inner.folder);
    return inner;
  }

  /** One container; fails when the service has none. */
  async container(service: string): Promise<Container> {
    const found = (await this.containers()).find((container) => container.service === service);
    if (!found) throw new Error(`the service ${service} of ${this.name} has no container`);
    return found;
  }

  async value(variable: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.coog('config:get', variable, '--reveal');
    if (exitCode !== 0) throw new Error(`${variable} cannot be had:\n${stderr}`);
    return stdout.replace(/\n$/, '');
  }

  async remove(): Promise<void> {
    await removeFromEngine(this.name);
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }
}

/** An empty folder for a project of a random name, which is also the folder's name. The caller removes it. */
export async function createProject({ compose = '2.40', env = {} }: ProjectOptions = {}): Promise<Project> {
  const name = `coogtest-${randomBytes(4).toString('hex')}`;
  const parent = await mkdtemp(join(tmpdir(), 'coogtest-'));
  // Others than root must be able to come here, some tests run as nobody.
  await chmod(parent, 0o755);
  await mkdir(join(parent, name));
  await mkdir(join(parent, 'home'));
  return new Project(name, join(parent, name), { ...environmentWith(compose, join(parent, 'home')), ...env });
}

/** As `createProject`, removed with its containers and networks when the test is over, failed or not. */
export async function givenEmptyFolder(options: ProjectOptions = {}): Promise<Project> {
  const project = await createProject(options);
  onTestFinished(() => project.remove(), 120_000);
  return project;
}
