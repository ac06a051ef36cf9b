import { Flags } from '@coog/cli/command';

/** Flags of `coog db:anonymize`. */
export const anonymizeFlags = {
  to: Flags.string({ helpValue: 'NAME', summary: 'name of the copy (default: DATABASE_anonymized)' }),
  'in-place': Flags.string({
    helpValue: 'DATABASE',
    exclusive: ['to'],
    summary: 'replace the database itself, whose name must be typed; it is kept',
  }),
  'dry-run': Flags.boolean({ summary: 'show what would be done, with pseudonyms of some values' }),
  reveal: Flags.boolean({ dependsOn: ['dry-run'], summary: 'show the real values beside them' }),
  'key-file': Flags.string({
    helpValue: 'FILE',
    summary: 'key: the same pseudonyms every time; made when missing (0600)',
  }),
  'password-file': Flags.string({ helpValue: 'FILE', summary: 'password of the administrator; - is standard input' }),
  'admin-password-admin': Flags.boolean({
    exclusive: ['password-file'],
    summary: 'the password of the administrator becomes "admin", as with the scripts',
  }),
  report: Flags.string({ helpValue: 'FOLDER', summary: 'where the report goes (default: the backups)' }),
  yes: Flags.boolean({ char: 'y', summary: 'do not ask before a copy of that name is replaced' }),
};
