/** In the order they run: what is quick and broad first. */
const USUAL = ['unit', 'integration', 'e2e'];
const PROJECTS = [...USUAL, 'install', 'edge', 'long'];

/** Leading names select projects; all the rest is vitest's. */
export function parseArguments(words) {
  const end = words.findIndex((word) => !PROJECTS.includes(word));
  const named = end === -1 ? words : words.slice(0, end);
  const projects = named.length > 0 ? PROJECTS.filter((project) => named.includes(project)) : USUAL;
  return { projects, vitest: end === -1 ? [] : words.slice(end) };
}
