import { askPassword } from '@coog/cli/command';

/** What the administrator's password will be; undefined for a random one. @throws ProblemError PASSWORD_FILE_INVALID (2) */
export async function passwordOf(file: string | undefined, admin: boolean): Promise<string | undefined> {
  if (admin) return 'admin';
  return file === undefined ? undefined : askPassword('Password of the administrator', file);
}
