import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withDebianKeyring } from '../../plugins/demo/machine/keyring.mjs';
import { debianMirror } from '../../plugins/demo/machine/mirror.mjs';
import { capture, isRoot } from '../../plugins/demo/machine/process.mjs';

/**
 * Package lists of another Debian suite in a folder of their own, from the machine's mirror and verified with its
 * keyring. The system's own apt state is not touched, and nothing is installed.
 * @returns {Promise<{options: string[], versions: (name: string) => Promise<string[]>}>}
 */
export async function openSuite(suite, folder) {
  for (const part of ['state/lists/partial', 'cache/archives/partial', 'sources.d']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const settings = {
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': join(folder, 'sources.d'),
    'Dir::State': join(folder, 'state'),
    'Dir::State::Lists': join(folder, 'state', 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled': 'false',
    'APT::Update::Error-Mode': 'any',
    // The unprivileged user that apt downloads as cannot write to a cache in root's home.
    ...(isRoot() ? { 'APT::Sandbox::User': 'root' } : {}),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await withDebianKeyring(async (keyring) => {
    writeFileSync(join(folder, 'sources.list'), `deb [signed-by=${keyring}] ${debianMirror()} ${suite} main\n`);
    const { code, stderr } = await capture('apt-get', [...options, '-qq', 'update']);
    if (code !== 0) throw new Error(`apt-get cannot read the lists of Debian ${suite}:\n${stderr.trim()}`);
  });
  const versions = async (name) => {
    const { stdout } = await capture('apt-cache', [...options, 'madison', name]);
    return stdout.split('\n').flatMap((line) => line.split('|')[1]?.trim() || []);
  };
  return { options, versions };
}
