import type { GraphWait, ProjectGraph } from './model.ts';

const arrows: Readonly<Record<GraphWait['until'], string>> = { healthy: '-->', completed: '-.->', started: '---' };

/** As Mermaid, which GitHub, GitLab and many editors draw. An arrow leads from who waits to what it waits for. */
export function toMermaid(graph: ProjectGraph): string {
  const { services, waits, routes, proxy, project, url } = graph;
  const id = ids(graph);
  const groups = [...new Set(services.map((s) => s.group))].sort();
  const lines = [`%% ${quote(project)}: --> waits until healthy, -.-> until completed, ==> routes`, 'flowchart LR'];
  for (const [at, group] of groups.entries()) {
    lines.push(`  subgraph g${at}["${quote(group)}"]`);
    for (const { name, networks, oneShot } of services.filter((s) => s.group === group)) {
      const label = [name, ...networks].map(quote).join('<br/>');
      lines.push(`    ${id(name)}${oneShot ? `(["${label}"])` : `["${label}"]`}`);
    }
    lines.push('  end');
  }
  if (proxy !== undefined) lines.push(`  people(("${quote(url)}")) ==> ${id(proxy)}`);
  for (const { service, paths } of routes)
    if (proxy !== undefined) lines.push(`  ${id(proxy)} ==>|"${quote(paths.join(' '))}"| ${id(service)}`);
  for (const { from, to, until } of waits) lines.push(`  ${id(from)} ${arrows[until]} ${id(to)}`);
  return `${lines.join('\n')}\n`;
}

/** Names of services may be words of Mermaid's own, such as `end`. */
function ids({ services }: ProjectGraph): (name: string) => string {
  const known = new Map(services.map(({ name }, at) => [name, `s${at}`]));
  return (name) => known.get(name) ?? 'unknown';
}

/** Inside of quotes Mermaid knows HTML's entities, written with a number sign. */
const quote = (text: string): string =>
  onOneLine(text).replace(/[#"<>&]/g, (character) => `#${character.charCodeAt(0)};`);

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ');
