import type { Problem } from '../shared/problem.ts';
import { isTrue, whatValueMustBe } from './check.ts';
import { computed } from './computed.ts';
import { type Definition, Definitions } from './definitions.ts';
import { expand, parseTemplate } from './template.ts';
import type { Declaration, Layer, Origin, ResolvedVariable, Values } from './types.ts';
import { unknownNames } from './unknown.ts';

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
  private readonly done = new Map<string, ResolvedVariable>();
  private readonly underway = new Set<string>();

  constructor(input: ResolveInput) {
    this.input = input;
    this.definitions = new Definitions(input.layers);
    this.declared = new Map(input.declarations.map((d) => [d.name, d]));
  }

  values(): Values {
    for (const declaration of this.input.declarations) this.final(declaration);
    this.problems.push(...unknownNames(this.input, this.definitions));
    const own = [...this.definitions.names()].filter((name) => this.isOwn(name)).map((name) => this.own(name));
    const all = [...this.input.declarations.map((d) => this.final(d)), ...own];
    for (const variable of all) this.check(variable);
    return new Map(all.sort((a, b) => (a.name < b.name ? -1 : 1)).map((v) => [v.name, v]));
  }

  /** A variable of the user's own: in a file, not declared, and referred to by a file of theirs. */
  private isOwn(name: string): boolean {
    if (this.declared.has(name) || this.input.declarations.some((d) => d.setBy.includes(name))) return false;
    return this.input.usedByUser.has(name) && this.definitions.strongest(name)?.layer.kind === 'file';
  }

  private own(name: string): ResolvedVariable {
    const [winner, ...shadowed] = this.origins([name]);
    return { name, value: winner?.value ?? '', origin: winner as Origin, shadowed, secret: looksSecret(name) };
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
      secret: declaration.secret,
      origin: winner,
      shadowed: given.filter((o) => o !== winner),
      declaration,
    };
    this.underway.delete(declaration.name);
    this.done.set(declaration.name, variable);
    return variable;
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
    return expand(definition.segments, (name) => {
      const earlier = this.definitions.before(name, definition.strength);
      if (earlier) return this.evaluate(earlier);
      if (this.declared.has(name) && name !== definition.name) return this.lookUp(name);
      const later = this.definitions.strongest(name);
      if (later && later.strength > definition.strength) return this.evaluateLater(later, definition);
      return this.input.environment[name];
    });
  }

  private evaluateLater(later: Definition, from: Definition): string | undefined {
    const key = `${later.name}#${later.strength}`;
    if (later.name === from.name || this.underway.has(key)) return undefined;
    this.underway.add(key);
    const value = this.evaluate(later);
    this.underway.delete(key);
    return value;
  }

  private lookUp(name: string): string | undefined {
    const declaration = this.declared.get(name);
    if (!declaration) return undefined;
    if (this.underway.has(name)) {
      this.problems.push({
        code: 'VARIABLE_CYCLE',
        title: `${name} refers to itself: ${[...this.underway].join(' → ')} → ${name}`,
        ...placeOf(this.definitions, declaration),
        next: `coog config:explain ${name}`,
      });
      return undefined;
    }
    return this.final(declaration).value;
  }

  private check(variable: ResolvedVariable): void {
    const { declaration, origin } = variable;
    if (!declaration) return;
    const name = declaration.setBy[0] ?? declaration.name;
    if (declaration.required && variable.value === '') this.missing(declaration, name);
    const mustBe = whatValueMustBe(declaration, variable.value);
    if (!mustBe) return;
    this.problems.push({
      code: 'VALUE_INVALID',
      title: `${origin.setAs ?? declaration.name} must be ${mustBe}`,
      ...(variable.secret || variable.value.length > 80 ? {} : { detail: `it is ${JSON.stringify(variable.value)}` }),
      ...(origin.place ? { place: origin.place } : {}),
      next: `coog config:set ${origin.setAs ?? name} VALUE`,
    });
  }

  private missing(declaration: Declaration, name: string): void {
    // Of a pair that stands in for each other, one is named.
    if (declaration.alternative && declaration.alternative < declaration.name) return;
    const either = declaration.alternative ? ` (or ${declaration.alternative})` : '';
    this.problems.push({
      code: 'VARIABLE_MISSING',
      title: `${name}${either} has no value: ${declaration.description}`,
      ...placeOf(this.definitions, declaration),
      next: declaration.secret
        ? `coog config:set ${name} --generate`
        : `coog config:set ${name} ${declaration.example ?? 'VALUE'}`,
    });
  }
}

function placeOf(definitions: Definitions, declaration: Declaration): Pick<Problem, 'place'> {
  const place = declaration.setBy.map((name) => definitions.strongest(name)?.place).find((p) => p?.line !== undefined);
  return place ? { place } : {};
}

const looksSecret = (name: string): boolean =>
  /PASS(WORD|PHRASE)?|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)KEY(_|$)/.test(name);

/** The value of a switch in a plan. */
export const isOn = (values: Values, name: string): boolean => isTrue(values.get(name)?.value);
