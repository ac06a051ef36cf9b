import { existsSync } from 'node:fs';
import { ensurePackages, upgradePackages } from './packages.mjs';

const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'];

/** The file with the keys of Debian's archive; installs it where it is missing. */
export async function debianKeyring() {
  if (!KEYRINGS.some(existsSync)) {
    await ensurePackages([{ name: 'debian-archive-keyring', why: 'the keys that Debian packages are verified with' }]);
  }
  return KEYRINGS.find(existsSync) ?? KEYRINGS[0];
}

const UNKNOWN_KEY = /NO_PUBKEY|unknown key|missing key|public key|not signed|signature|keyring/i;

/**
 * Does something that verifies signatures of another Debian release. When that fails for want of a key, the
 * keyring is older than the release: it is upgraded from the machine's own sources, which its own keys vouch for, and tried once more.
 */
export async function withDebianKeyring(action) {
  try {
    return await action(await debianKeyring());
  } catch (error) {
    if (!UNKNOWN_KEY.test(error.message)) throw error;
    console.error(`${error.message}\nTrying again with the newest debian-archive-keyring.`);
    await upgradePackages(['debian-archive-keyring']);
    return action(await debianKeyring());
  }
}
