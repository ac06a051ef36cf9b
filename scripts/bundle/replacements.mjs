/**
 * What is said otherwise in a library, because of what it costs at every start. Each says why; one whose words are no longer
 * found fails the build, so that a new version of the library is looked at.
 */
const REPLACEMENTS = [
  {
    // The first comparison by a locale loads its tables: 14 ms, for names that are ASCII.
    file: '/@oclif/core/lib/config/plugin.js',
    words: '.sort((a, b) => a.id.localeCompare(b.id))',
    by: '.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))',
  },
  {
    // Names of plugins stand there as they are; making patterns of them takes 2 ms.
    file: '/@oclif/core/lib/config/plugin-loader.js',
    words: '(0, minimatch_1.minimatch)(p, w)',
    by: '(p === w || (/[*?[{(!]/.test(w) && (0, minimatch_1.minimatch)(p, w)))',
  },
  {
    // Another module and a look at files, for what the name of the kernel says: it is that of Windows or not.
    file: '/@oclif/core/lib/util/os.js',
    words: "(await import('wsl-utils')).isWsl ?",
    by: "/microsoft/i.test((0, node_os_1.release)()) && (await import('wsl-utils')).isWsl ?",
  },
];

/** The rolldown plugin that applies them. */
export function replacements() {
  const open = new Set(REPLACEMENTS);
  return {
    name: 'replacements',
    transform(code, id) {
      const here = REPLACEMENTS.filter(({ file, words }) => id.endsWith(file) && code.includes(words));
      for (const one of here) open.delete(one);
      return here.length === 0
        ? null
        : { code: here.reduce((text, { words, by }) => text.replace(words, by), code), map: null };
    },
    buildEnd() {
      for (const { file, words } of open)
        this.error(`${file} does not say ${words} any more: look at scripts/bundle/replacements.mjs`);
    },
  };
}
