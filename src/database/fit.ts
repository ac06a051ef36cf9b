import { type Problem, throwErrors } from '../shared/problem.ts';
import type { Manifest } from './archive/index.ts';
import { passphraseFingerprint } from './backups.ts';
import { type Connection, databaseEncoding, missingRoles, testExtensions } from './server/index.ts';
import { compareTags } from './tags.ts';
import type { Target } from './target.ts';

export interface FitOptions {
  /** Of the backup. */
  readonly path: string;
  readonly ignorePassphrase: boolean;
  /** Whether it goes into a database that is there already, with what somebody has made in it. */
  readonly into: boolean;
}

/**
 * Looks whether a backup fits the server and the project that it is to be loaded into, by what its manifest says.
 * @returns warnings
 * @throws ProblemError BACKUP_TOO_NEW, PASSPHRASE_DIFFERS, BACKUP_ENCODING, BACKUP_ROLE_MISSING, DB_EXTENSION_MISSING,
 * DB_EXTENSION_FORBIDDEN (exit code 2)
 */
export async function requireFit(
  { plan, database }: Target,
  connection: Connection,
  manifest: Manifest,
  { path, ignorePassphrase, into }: FitOptions,
): Promise<Problem[]> {
  const place = { file: path };
  const extensions = manifest.extensions.map(({ name }) => name);
  const found = [
    ...serverProblems(connection, manifest),
    ...imageProblems(plan.values.get('IMAGE_VERSION_COOG')?.value, manifest),
    ...(ignorePassphrase ? [] : passphraseProblems(passphraseFingerprint(plan), manifest)),
    ...encodingProblems(await databaseEncoding(connection, database), manifest),
    ...roleProblems(await missingRoles(connection, manifest.roles ?? [])),
    // Somebody may have created it in a database that is there.
    ...(await testExtensions(connection, extensions)).filter(({ code }) => !into || code === 'DB_EXTENSION_MISSING'),
  ];
  return throwErrors(found.map((problem) => ({ place, ...problem })));
}

function serverProblems({ version }: Connection, { server }: Manifest): Problem[] {
  const own = Math.floor(version / 10_000);
  const theirs = Number.parseInt(server, 10);
  if (theirs <= own) return [];
  return [
    {
      code: 'BACKUP_TOO_NEW',
      title: `the backup comes from PostgreSQL ${theirs}, and the server has ${own}; nothing was changed`,
      next: `coog config:set IMAGE_VERSION_POSTGRES=${theirs}-alpine on a new data folder`,
    },
  ];
}

/** A schema can be updated, and not be taken back. */
function imageProblems(own: string | undefined, { image, database }: Manifest): Problem[] {
  const order = own === undefined || image === undefined ? 0 : compareTags(image, own);
  if (order === 0) return [];
  if (order < 0)
    return [
      {
        code: 'BACKUP_OLDER',
        severity: 'warning',
        title: `the backup comes from Coog ${image}, and the project has ${own}: its schema is to be updated`,
        next: `coog db:update, when it is loaded`,
      },
    ];
  return [
    {
      code: 'BACKUP_TOO_NEW',
      title: `the backup of ${database} comes from Coog ${image}, and the project has ${own}, which does not know its schema`,
      detail: 'Nothing was changed.',
      next: `coog config:set IMAGE_VERSION_COOG=${image}`,
    },
  ];
}

function passphraseProblems(own: string | undefined, { passphraseFingerprint: theirs }: Manifest): Problem[] {
  if (theirs === undefined || theirs === own) return [];
  return [
    {
      code: 'PASSPHRASE_DIFFERS',
      title: 'the backup was made with another COOG_PASSPHRASE: its encrypted columns could not be read here',
      detail: 'Nothing was changed. The value itself is not in the backup; the project that it comes from has it.',
      next: 'coog config:set COOG_PASSPHRASE -, or add --ignore-passphrase',
    },
  ];
}

/** UTF8 holds every character, and SQL_ASCII does not look. */
const TAKES_ALL: readonly string[] = ['UTF8', 'SQL_ASCII'];

function encodingProblems(own: string | undefined, { encoding }: Manifest): Problem[] {
  if (own === undefined || own === encoding || TAKES_ALL.includes(own)) return [];
  return [
    {
      code: 'BACKUP_ENCODING',
      title: `the backup is in ${encoding}, and the database in ${own}, which does not hold all of its characters`,
      detail: 'Nothing was changed.',
      next: 'load it into a new database: --database NAME',
    },
  ];
}

const roleProblems = (missing: readonly string[]): Problem[] =>
  missing.map((role) => ({
    code: 'BACKUP_ROLE_MISSING',
    title: `the backup gives rights to the role ${role}, which the server does not have`,
    detail: 'Nothing was changed.',
    next: `coog db:shell -- -c 'CREATE ROLE "${role.replaceAll('"', '""')}"'`,
  }));
