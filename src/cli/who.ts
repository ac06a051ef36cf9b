import { hostname, userInfo } from 'node:os';

/** Who runs coog, and where. Behind sudo it is the person, not root. */
export function whoRuns(environment: Readonly<Record<string, string | undefined>>): { user: string; host: string } {
  return { user: personOf(environment), host: hostname() };
}

function personOf({ SUDO_USER: person }: Readonly<Record<string, string | undefined>>): string {
  try {
    const { username, uid } = userInfo();
    return uid === 0 && person ? `${person} (as root)` : username;
  } catch {
    // A container may run as a number that has no name.
    return String(process.getuid?.() ?? '');
  }
}
