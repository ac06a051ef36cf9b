import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Flags that nearly every command has; they are explained once. */
const EVERYWHERE = ['json', 'project', 'without-plugin'];
const FOLDER = 'docs/commands';
const HEAD = '<!-- Made by npm run build from the commands themselves. -->\n\n';

/**
 * The pages of all commands of the CLI and the plugins of this repository, by path: one a topic, and a list of all.
 * The build writes them, a test says when they are stale.
 * @param {string} root folder of the repository
 * @returns {Record<string, string>}
 */
export function renderCommandPages(root) {
  const commands = ['', ...pluginFolders(root)].flatMap((folder) => commandsOf(root, folder));
  const topics = Object.groupBy(
    commands.sort((a, b) => (a.id < b.id ? -1 : 1)),
    ({ id }) => topicOf(id),
  );
  const pages = Object.entries(topics).map(([topic, of]) => [
    `${FOLDER}/${topic}.md`,
    `${HEAD}# ${topic === 'coog' ? 'Commands without a topic' : `coog ${topic}`}\n\n${of.map(section).join('\n')}`,
  ]);
  return { [`${FOLDER}/README.md`]: index(topics), ...Object.fromEntries(pages) };
}

/**
 * The plugins of this repository, by name: folders with a package. What another branch has left behind is none.
 * @param {string} root folder of the repository
 * @returns {string[]} paths from `root`
 */
export const pluginFolders = (root) =>
  readdirSync(join(root, 'plugins'))
    .sort()
    .map((name) => `plugins/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')));

function commandsOf(root, folder) {
  const read = (name) => JSON.parse(readFileSync(join(root, folder, name), 'utf8'));
  const { name } = read('package.json');
  return Object.values(read('oclif.manifest.json').commands)
    .filter(({ hidden }) => !hidden)
    .map((command) => ({ ...command, from: folder === '' ? undefined : name }));
}

const topicOf = (id) => (id.includes(':') ? id.slice(0, id.indexOf(':')) : 'coog');

function index(topics) {
  const rows = Object.entries(topics).flatMap(([topic, commands]) =>
    commands.map(({ id, summary }) => `| [\`coog ${id}\`](${topic}.md#${anchor(id)}) | ${cell(summary)} |`),
  );
  return `${HEAD}# Commands

\`coog COMMAND --help\` shows the same. A blank does in the place of a colon: \`db dump\` is \`db:dump\`.

| command | does |
| --- | --- |
${rows.sort().join('\n')}

Nearly every command has these flags:

| flag | does |
| --- | --- |
| \`-C\`, \`--project FOLDER\` | the project; without it this folder, or the nearest one above it |
| \`--without-plugin NAME\` | leaves a plugin out; may be given again |
| \`--json\` | one JSON document on standard output |
`;
}

/** The name of a heading as GitHub makes it. */
const anchor = (id) => `coog-${id.replaceAll(':', '')}`;

function section(command) {
  const { id, summary, description, from } = command;
  const flags = Object.values(command.flags ?? {}).filter(({ hidden, name }) => !hidden && !EVERYWHERE.includes(name));
  const everywhere = EVERYWHERE.filter((name) => command.flags?.[name]).map((name) => `\`--${name}\``);
  const parts = [
    `## coog ${id}`,
    `${prose(summary)}.${from ? ` A command of \`${from}\`.` : ''}`,
    description ? prose(description) : undefined,
    `\`\`\`text\n${usageOf(command).join('\n')}\n\`\`\``,
    table('argument', Object.values(command.args ?? {}).map(argument)),
    table('flag', flags.map(flag)),
    everywhere.length > 0 ? `Also ${everywhere.join(', ')}: [what they do](README.md).` : undefined,
    examples(command),
  ];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

function usageOf({ id, usage, args = {}, flags = {} }) {
  const given = [usage ?? []].flat();
  if (given.length > 0) return given.map((line) => `coog ${filled(line, id)}`);
  const words = Object.values(args).map(({ name, required }) =>
    required ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  const own = Object.values(flags).some(({ name, hidden }) => !hidden && !EVERYWHERE.includes(name));
  return [['coog', id, ...words, ...(own ? ['[FLAGS]'] : [])].join(' ')];
}

const table = (what, rows) =>
  rows.length === 0 ? undefined : `| ${what} | does |\n| --- | --- |\n${rows.map((row) => `| ${row} |`).join('\n')}`;

const argument = ({ name, description = '', options }) =>
  `\`${name.toUpperCase()}\` | ${cell(description)}${oneOf(options)}`;

function flag({ name, char, type, helpValue, summary, description, options, default: standard, allowNo }) {
  const value = type === 'option' ? ` ${[helpValue ?? name.toUpperCase()].flat().join(' ')}` : '';
  const names = [...(char ? [`\`-${char}\``] : []), `\`--${name}${value}\``, ...(allowNo ? [`\`--no-${name}\``] : [])];
  const known = ['string', 'number'].includes(typeof standard) && !`${summary}`.includes('default');
  return `${names.join(', ')} | ${cell(summary ?? description ?? '')}${oneOf(options)}${known ? ` (default: ${standard})` : ''}`;
}

const oneOf = (options) => (options ? `: ${options.map((option) => `\`${option}\``).join(', ')}` : '');

function examples({ id, examples: given = [] }) {
  if (given.length === 0) return undefined;
  const lines = given.map((example) =>
    typeof example === 'string'
      ? filled(example, id)
      : `# ${filled(example.description, id)}\n${filled(example.command, id)}`,
  );
  return `\`\`\`shell\n${lines.join('\n')}\n\`\`\``;
}

const filled = (text, id) => text.replace(/<%= *config\.bin *%>/g, 'coog').replace(/<%= *command\.id *%>/g, id);
const prose = (text) => text.replace(/</g, '&lt;');
const cell = (text) => prose(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
