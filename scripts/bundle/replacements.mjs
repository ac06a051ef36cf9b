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
