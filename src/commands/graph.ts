import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import type { GraphFormat } from '../graph/index.ts';
import { ProblemError } from '../shared/problem.ts';

const FORMATS = ['html', 'svg', 'mermaid', 'dot'];

export default class Graph extends CoogCommand {
  static override summary = 'Draw the project: services, networks, routes and waits';
  static override description = [
    'A page (html) in which one chooses a service, a picture (svg), or text for Mermaid or Graphviz. Drawn from the',
    'configuration: nothing needs to run, and the page needs no network. The ending of FILE says the format; without FILE it',
    'goes to standard output, as Mermaid unless --format says otherwise.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> project.html',
    '<%= config.bin %> <%= command.id %> --format svg > project.svg',
    '<%= config.bin %> <%= command.id %>   # Mermaid, for a README',
  ];
  static override args = { file: Args.string({ description: 'where it goes; an existing file is replaced' }) };
  static override flags = {
    format: Flags.string({ options: FORMATS, summary: 'the format, where the ending of FILE does not say it' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Graph);
    const { drawGraph, formatOfFile, graphOf } = await import('../graph/index.ts');
    const ending = args.file === undefined ? ('mermaid' as const) : formatOfFile(args.file);
    const format = (flags.format as GraphFormat | undefined) ?? ending;
    if (format === undefined)
      throw new ProblemError({
        code: 'WRONG_USAGE',
        title: `the name ${args.file} does not say which format is wanted`,
        next: 'coog graph FILE.html, or --format html, svg, mermaid or dot',
      });
    const graph = graphOf(await this.plan(await this.request(flags)));
    if (args.file === undefined) {
      if (!this.jsonEnabled()) process.stdout.write(await drawGraph(graph, format));
      return graph;
    }
    const { writeFilesAtomically } = await import('../shared/atomic-write.ts');
    const path = resolve(args.file);
    await writeFilesAtomically([{ path, content: await drawGraph(graph, format), mode: 0o644 }]).catch(
      (error: Error) => {
        throw new ProblemError({
          code: 'GRAPH_NOT_WRITTEN',
          title: error.message,
          place: { file: path },
          next: 'name another file',
        });
      },
    );
    this.log(`wrote ${path}`);
    return { file: path, ...graph };
  }
}
