/** What is wrong with the content of a manifest, in words; undefined when it can be used. Unknown fields are let be. */
export function manifestFault(content: unknown): string | undefined {
  if (!isObject(content)) return 'it is no object';
  if (typeof content.format === 'number' && content.format > 1)
    return `its format is ${content.format}, of a newer coog; this one knows format 1`;
  if (content.format !== 1) return 'it is no manifest of coog: there is no format';
  for (const [name, check] of Object.entries(required))
    if (!check(content[name])) return `its field '${name}' is missing or wrong`;
  for (const [name, check] of Object.entries(optional))
    if (content[name] !== undefined && !check(content[name])) return `its field '${name}' is wrong`;
  const { size, sha256, blocks, blockSize } = content as { [key: string]: unknown } & Record<
    'size' | 'blockSize',
    number
  >;
  const digests = blocks as string[];
  if (digests.length !== Math.ceil(size / blockSize)) return 'the number of its digests does not fit the size';
  const { kind, files } = content as { kind: string; files?: readonly { size: number }[] };
  if ((kind === 'directory') !== (files !== undefined)) return 'its list of files does not fit its kind';
  if (files && files.reduce((sum, file) => sum + file.size, 0) !== size) return 'its sizes contradict each other';
  // The last digest is that of the whole: who changed one of them would have to change both.
  return digests.length > 0 && digests.at(-1) !== sha256 ? 'its digests contradict each other' : undefined;
}

type Check = (value: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTrueOrFalse: Check = (value) => typeof value === 'boolean';
const isDigest: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isTime: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value));
/** A name in the same folder: a manifest must not lead to another file. */
const isFileName: Check = (value) => typeof value === 'string' && /^[^/\0]+$/.test(value) && !/^\.\.?$/.test(value);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const has =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const isVerification = has({ at: isTime, level: (value) => value === 'read' || value === 'deep' });

const required: Readonly<Record<string, Check>> = {
  coog: isText,
  created: isTime,
  project: isText,
  database: isText,
  server: isText,
  client: isText,
  kind: (value) => ['custom', 'directory', 'sql', 'mongo'].includes(value as string),
  compression: isText,
  encoding: isText,
  modules: isListOf(has({ name: isText, state: isText })),
  extensions: isListOf(has({ name: isText, version: isText })),
  tables: (value) => isObject(value) && Object.values(value).every(isCount),
  encrypted: isTrueOrFalse,
  size: isCount,
  sha256: isDigest,
  blockSize: (value) => isCount(value) && (value as number) > 0,
  blocks: isListOf(isDigest),
};

const optional: Readonly<Record<string, Check>> = {
  image: isText,
  databaseBytes: isCount,
  collation: isText,
  passphraseFingerprint: isText,
  anonymised: isTrueOrFalse,
  roles: isListOf(isText),
  rules: isText,
  filestore: has({ file: isFileName, size: isCount, sha256: isDigest, entries: isCount }),
  files: isListOf(has({ name: isFileName, size: isCount })),
  verified: isVerification,
  damaged: (value) => isVerification(value) && has({ reason: isText })(value),
};
