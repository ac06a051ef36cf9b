import { quoteForEnvFile } from '../configuration/index.ts';
import type { Answers, FreeResources } from './types.ts';

/** Secrets that a new project gets, each with what it protects. */
export const generatedSecrets: Readonly<Record<string, string>> = {
  JWT_ENCRYPTION: 'signs the tokens of the APIs',
  COOG_GATEWAY_TOKEN: 'lets the APIs talk to the back office',
  COOG_PASSPHRASE: 'encrypts columns of the database: without it they can never be read again, keep a copy elsewhere',
  CUSTOM_POSTGRES_PASSWORD: 'PostgreSQL',
  CUSTOM_MONGO_PASSWORD: 'MongoDB',
  CUSTOM_RABBITMQ_PASSWORD: 'RabbitMQ',
  CUSTOM_SFTP_PASSWORD: 'sftp, when ENABLE_SFTP is on',
};

/** The env.custom of a new project. */
export function renderEnvCustom(answers: Answers, free: FreeResources, secret: () => string): string {
  const set = (name: string, value: string) => `${name}=${quoteForEnvFile(value)}`;
  const lines = [
    `# The configuration of ${answers.name}. Everything that can be set: env.custom.sample, or: coog config:list`,
    '# It holds secrets: keep it out of version control (shared, harmless values belong into custom/env.custom).',
    '',
    set('COMPOSE_PROJECT_NAME', answers.name),
    set('FILESYSTEM_ROOT', answers.dataFolder),
    set('PROJECT_HOSTNAME', answers.hostname),
    ...(answers.registry ? [set('CUSTOM_IMAGE_REGISTRY', answers.registry)] : []),
    ...(answers.version ? [set('IMAGE_VERSION_COOG', answers.version)] : []),
    ...(answers.demo
      ? [
          '',
          '# The images of the private registry are replaced by stand-ins built from Debian packages.',
          set('ENABLE_DEMO', 'true'),
        ]
      : []),
  ];
  const resources = [...Object.entries(free.ports), ...Object.entries(free.subnets)];
  if (resources.length > 0)
    lines.push(
      '',
      '# Free on this machine when the project was made.',
      ...resources.map(([name, value]) => set(name, String(value))),
    );
  lines.push('', '# Secrets, random.');
  const secrets = {
    ...generatedSecrets,
    ...(answers.demo ? { DEMO_ADMIN_PASSWORD: 'the password of the user admin' } : {}),
  };
  for (const [name, protects] of Object.entries(secrets)) lines.push(`# ${protects}`, set(name, secret()));
  return `${lines.join('\n')}\n`;
}

/** A project name that Compose accepts, made of a folder's name. */
export const projectNameFrom = (folder: string): string =>
  folder
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '') || 'coog';
