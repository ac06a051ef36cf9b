import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, childEnvironment, findCommand } from '../../plugins/demo/machine/process.mjs';
import { ROOT } from '../bootstrap.mjs';
import { cacheFolder } from '../machine/folders.mjs';

const SOURCE = join(ROOT, 'test', 'support', 'mongo', 'image');
const NAME = 'coog-test/mongo';
const PROGRAMS = {
  mongodump: 'github.com/mongodb/mongo-tools/mongodump/main',
  mongorestore: 'github.com/mongodb/mongo-tools/mongorestore/main',
  ferretdb: 'github.com/FerretDB/FerretDB/cmd/ferretdb',
};
const FERRETDB = 'vendor/github.com/FerretDB/FerretDB';

/**
 * Makes the image that stands for MongoDB's: FerretDB, which speaks its protocol, and MongoDB's own tools, built from their Go
 * modules (some minutes) and kept outside of the repository.
 * @returns {Promise<{COOG_TEST_MONGO_IMAGE: string}>} its name and tag
 */
export async function ensureMongoImage() {
  const programs = await ensurePrograms();
  const image = `${NAME}:${digestOf(readdirSync(SOURCE).filter((name) => !name.startsWith('.')))}`;
  if ((await capture('docker', ['image', 'inspect', image])).code !== 0) {
    const folder = mkdtempSync(join(tmpdir(), 'coog-mongo-image-'));
    try {
      for (const name of Object.keys(PROGRAMS)) copyFileSync(join(programs, name), join(folder, name));
      for (const name of ['Dockerfile', 'entrypoint.sh']) copyFileSync(join(SOURCE, name), join(folder, name));
      await must('docker', ['build', '--quiet', '--tag', image, folder], {});
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { COOG_TEST_MONGO_IMAGE: image };
}

async function ensurePrograms() {
  const folder = join(cacheFolder(), `mongo-${digestOf(['go.mod', 'go.sum', 'tools.go'])}`);
  if (Object.keys(PROGRAMS).every((name) => existsSync(join(folder, name)))) return folder;
  const go = findCommand('go') ?? findCommand('go', childEnvironment({ PATH: '/usr/local/go/bin:/usr/lib/go/bin' }));
  if (!go)
    throw new Error('Go is not installed, which builds the server that stands for MongoDB: apt-get install golang');
  console.error('Building FerretDB and the tools of MongoDB for the tests (some minutes, once)');
  const work = mkdtempSync(join(tmpdir(), 'coog-mongo-build-'));
  try {
    cpSync(SOURCE, work, { recursive: true });
    await must(go, ['mod', 'vendor'], { cwd: work });
    completeFerretdb(work);
    mkdirSync(folder, { recursive: true });
    for (const [name, source] of Object.entries(PROGRAMS)) {
      await must(go, ['build', '-mod=vendor', '-o', join(work, name), source], { cwd: work });
      copyFileSync(join(work, name), join(folder, name));
    }
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Its own build writes the version, and refuses to start without one. As MongoDB does, it is to overlook the field `ns` that
 * mongorestore gives every index.
 */
function completeFerretdb(work) {
  writeFileSync(join(work, FERRETDB, 'build', 'version', 'version.txt'), 'v1.24.0\n');
  const path = join(work, FERRETDB, 'internal', 'handler', 'msg_createindexes.go');
  const source = readFileSync(path, 'utf8');
  const patched = source.replace('case "background":', 'case "background", "ns":');
  if (patched === source) throw new Error(`${path} is not what it was: the field ns cannot be allowed`);
  writeFileSync(path, patched);
}

function digestOf(names) {
  const hash = createHash('sha256');
  for (const name of names.toSorted()) hash.update(readFileSync(join(SOURCE, name)));
  return hash.digest('hex').slice(0, 12);
}

async function must(command, args, options) {
  const { code, stdout, stderr } = await capture(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${`${stdout}${stderr}`.slice(-4000)}`);
}
