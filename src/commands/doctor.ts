import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { formatDiagnosis } from '../cli/diagnosis.ts';
import type { Diagnosis } from '../doctor/index.ts';
import { ExitCode } from '../shared/problem.ts';

export default class Doctor extends CoogCommand {
  static override summary = 'Look at everything that is known to go wrong, and tell the cure';
  static override description = [
    'Looks at engine, machine, configuration, files, secrets, images, certificates, services, logs and databases, all at once,',
    'and changes nothing. Every check has a stable id (docs/doctor.md). Exits 0 when no error was found, 1 when one was.',
    '--fix mends what can be mended without stopping, replacing or removing anything.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --fix',
    '<%= config.bin %> <%= command.id %> --json --timeout 30',
  ];
  static override flags = {
    all: Flags.boolean({ char: 'a', summary: 'also what is well, and what could not be looked at' }),
    fix: Flags.boolean({ summary: 'mend what is safe to mend' }),
    timeout: Flags.integer({ min: 1, helpValue: 'SECONDS', summary: 'for all checks together (default: 2.5)' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Doctor);
    const { diagnose } = await import('../doctor/index.ts');
    const options = { timeout: flags.timeout === undefined ? 2500 : flags.timeout * 1000, fix: flags.fix };
    const { request, uid, gid } = await this.operation(flags);
    const look = () => diagnose(options, { request, uid, gid, now: new Date(), node: process.versions.node });
    const diagnosis: Diagnosis = flags.fix
      ? await this.change(flags, '', async (_, change) => {
          const found = await look();
          if (found.mended.length === 0) change.nothing();
          return found;
        })
      : await look();
    for (const sentence of diagnosis.mended) this.say(`✓ ${sentence}`);
    this.log(formatDiagnosis(diagnosis, { all: flags.all, width: this.width() }));
    if (diagnosis.errors > 0) process.exitCode = ExitCode.failed;
    return { ...diagnosis, checks: diagnosis.checks.map(toJson) };
  }
}

/** What mends a finding is told, not the code that does it. */
const toJson = ({ findings, ...check }: Diagnosis['checks'][number]): object => ({
  ...check,
  findings: findings.map(({ fix, ...finding }) => ({ ...finding, fixable: fix !== undefined })),
});
