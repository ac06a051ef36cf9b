import type { Problem } from '../shared/problem.ts';
import { isTrue, longestValue } from './check.ts';
import { computed } from './computed.ts';
import { type Definition, Definitions } from './definitions.ts';
import { holdsCredentials, looksSecret } from './secret.ts';
import { expand, parseTemplate } from './template.ts';
import type { Declaration, Layer, Origin, ResolvedVariable, Values } from './types.ts';
import { unknownNames } from './unknown.ts';
import { placeOf, valueProblems } from './value-problems.ts';

export interface ResolveInput {
  readonly declarations: readonly Declaration[];
  /** Weakest first. */
  readonly layers: readonly Layer[];
  /** What `${NAME}` in a file may fall back to; nothing else of it becomes a value. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names that the user's own compose files refer to. */
  readonly usedByUser: ReadonlySet<string>;
  /** Variable name → package, for plugins that exist and are not installed. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

export interface Resolved {
  readonly values: Values;
  readonly problems: readonly Problem[];
}

/** Gives every declared variable its value, with the layer that gave it. Pure; names all problems at once. */
export function resolve(input: ResolveInput): Resolved {
  const resolver = new Resolver(input);
  return { values: resolver.values(), problems: resolver.problems };
}

class Resolver {
  readonly problems: Problem[] = [];
  private readonly input: ResolveInput;
  private readonly definitions: Definitions;
  private readonly declared: Map<string, Declaration>;
  private readonly secretNames: ReadonlySet<string>;
  private readonly done = new Map<string, ResolvedVariable>();
  private readonly evaluated = new Map<Definition, string>();
  private readonly underway = new Set<string>();

  constructor(input: ResolveInput) {
    this.input = input;
    this.definitions = new Definitions(input.layers);
    this.declared = new Map(input.declarations.map((d) => [d.name, d]));
    this.secretNames = new Set(input.declarations.filter((d) => d.secret).flatMap((d) => [d.name, ...d.setBy]));
  }

  values(): Values {
    const settable = new Set(this.input.declarations.flatMap((d) => d.setBy));
    const declared = this.input.declarations.map((d) => this.final(d));
    const own = [...this.definitions.names()].filter((name) => !settable.has(name) && this.isOwn(name));
    const all = [...declared, ...own.map((name) => this.own(name))];
    this.problems.push(...unknownNames(this.input, this.definitions), ...valueProblems(all, this.definitions));
    return new Map(all.sort((a, b) => (a.name < b.name ? -1 : 1)).map((v) => [v.name, v]));
  }

  /** A variable of the user's own: in a file, not declared, and referred to by a file of theirs. */
  private isOwn(name: string): boolean {
    if (this.declared.has(name) || !this.input.usedByUser.has(name)) return false;
    return this.definitions.strongest(name)?.layer.kind === 'file';
  }

  private own(name: string): ResolvedVariable {
    const [winner, ...shadowed] = this.origins([name]);
    const origin = winner as Origin;
    const secret = looksSecret(name) || holdsCredentials(origin.value) || this.refersToSecret([name]);
    return { name, value: origin.value, origin, shadowed, secret };
  }

  private final(declaration: Declaration): ResolvedVariable {
    const known = this.done.get(declaration.name);
    if (known) return known;
    this.underway.add(declaration.name);
    const given = this.origins(declaration.setBy);
    const winner = given.find((o) => o.value !== '') ?? this.defaultOf(declaration);
    const variable: ResolvedVariable = {
      name: declaration.name,
      value: declaration.appendProject ? this.underProject(winner.value) : winner.value,
      secret: declaration.secret || this.refersToSecret(declaration.setBy),
      origin: winner,
      shadowed: given.filter((o) => o !== winner),
      declaration,
    };
    this.underway.delete(declaration.name);
    this.done.set(declaration.name, variable);
    return variable;
  }

  /** A value made of a secret is one. */
  private refersToSecret(names: readonly string[]): boolean {
    return names.some((name) => [...this.definitions.reachable(name)].some((n) => this.secretNames.has(n)));
  }

  private underProject(folder: string): string {
    if (folder === '') return '';
    return `${folder.replace(/\/+$/, '')}/${this.lookUp('COMPOSE_PROJECT_NAME') ?? ''}`;
  }

  private defaultOf(declaration: Declaration): Origin {
    const origin = { layer: 'default', kind: 'default' } as const;
    if (declaration.computed) return { ...origin, value: computed(declaration.computed, (n) => this.lookUp(n) ?? '') };
    if (declaration.alternative) {
      const other = this.declared.get(declaration.alternative);
      const stand = this.origins(other?.setBy ?? []).find((o) => o.value !== '');
      return { ...(stand ?? origin), value: stand?.value ?? '' };
    }
    return { ...origin, value: expand(parseTemplate(declaration.default ?? ''), (name) => this.lookUp(name)) };
  }

  /** Every value that was given by one of these names, in the order in which they win. */
  private origins(names: readonly string[]): Origin[] {
    return names.flatMap((name) =>
      [...this.definitions.of(name)].reverse().map((definition) => ({
        layer: definition.layer.label,
        kind: definition.layer.kind,
        setAs: name,
        ...(definition.layer.kind === 'environment' ? {} : { place: definition.place }),
        value: this.evaluate(definition),
      })),
    );
  }

  private evaluate(definition: Definition): string {
    const known = this.evaluated.get(definition);
    if (known !== undefined) return known;
    const whole = expand(definition.segments, (name) => this.seenFrom(definition, name));
    // Values that double themselves line by line must not eat the memory; the check refuses what is this long.
    const value = whole.slice(0, longestValue + 1);
    this.evaluated.set(definition, value);
    return value;
  }

  /** What a reference in an assignment means: what a shell would have seen, then a final value, then a later assignment. */
  private seenFrom(definition: Definition, name: string): string | undefined {
    const earlier = this.definitions.before(name, definition.strength);
    if (earlier) return this.evaluate(earlier);
    const declared = name === definition.name ? undefined : this.declared.get(name);
    // In a file FILESYSTEM_ROOT is what the user gives, before and behind the line that gives it.
    if (declared) return declared.appendProject ? this.final(declared).origin.value : this.lookUp(name);
    const later = name === definition.name ? undefined : this.definitions.strongest(name);
    if (!later) return this.input.environment[name];
    if (!this.definitions.reachable(name).has(definition.name)) return this.evaluate(later);
    this.cyclic(`${definition.name} and ${name} refer to each other`, {
      severity: 'warning',
      detail: `${name} counts as not set on the line of ${definition.name}, as in a shell`,
      place: definition.place,
    });
    return this.input.environment[name];
  }

  private lookUp(name: string): string | undefined {
    const declaration = this.declared.get(name);
    if (!declaration) return undefined;
    if (!this.underway.has(name)) return this.final(declaration).value;
    const way = [...this.underway];
    this.cyclic(
      `${name} refers to itself: ${[...way.slice(way.indexOf(name)), name].join(' → ')}`,
      placeOf(this.definitions, declaration),
    );
    return undefined;
  }

  private cyclic(title: string, more: Partial<Problem>): void {
    if (this.problems.some((p) => p.title === title)) return;
    const name = title.split(' ')[0];
    this.problems.push({ code: 'VARIABLE_CYCLE', title, ...more, next: `coog config:explain ${name}` });
  }
}

/** The value of a switch in a plan. */
export const isOn = (values: Values, name: string): boolean => isTrue(values.get(name)?.value);
