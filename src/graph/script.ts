/** What the page does when somebody chooses a service: Graphviz names both ends of an edge in its title, `a->b`. */
export const script = `
const svg = document.querySelector('svg');
const title = (element) => element.querySelector('title').textContent;
const nodes = new Map([...svg.querySelectorAll('.node')].map((node) => [title(node), node]));
const edges = [...svg.querySelectorAll('.edge')].map((edge) => ({ edge, ends: title(edge).split('->') }));
const input = document.querySelector('input');
function choose(name) {
  for (const near of svg.querySelectorAll('.near')) near.classList.remove('near');
  svg.classList.toggle('chosen', nodes.has(name));
  if (!nodes.has(name)) return;
  nodes.get(name).classList.add('near');
  for (const { edge, ends } of edges)
    if (ends.includes(name)) for (const element of [edge, ...ends.map((end) => nodes.get(end))]) element?.classList.add('near');
}
let chosen = '';
const toggle = (name) => { chosen = chosen === name ? '' : name; input.value = chosen.replace(/^service /, ''); choose(chosen); };
for (const [name, node] of nodes) {
  node.setAttribute('tabindex', '0');
  node.setAttribute('role', 'button');
  node.addEventListener('click', () => toggle(name));
  node.addEventListener('keydown', (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); toggle(name); } });
}
input.addEventListener('input', () => { chosen = 'service ' + input.value; choose(chosen); });
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') toggle(chosen); });
`;
