import { expand, parseTemplate } from '../../configuration/index.ts';
import { type LocalImage, localImages, parseImageName } from '../../engine/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { Facts } from '../facts.ts';
import { endOfSupport } from '../support-ends.ts';
import type { Check, Finding } from '../types.ts';

/** Tags that mean another image from one day to the next. */
const floating = /^(latest|stable|edge|main|master|develop|nightly|alpine|slim|lts|\d+(-rc)?-latest)$/;

export const imageChecks: readonly Check[] = [
  {
    id: 'floating-images',
    title: 'every image is pinned to a version',
    look: async (facts) => {
      const plan = await facts.plan();
      return imagesOf(plan).flatMap(({ image, services, variable }): Finding[] => {
        const { tag } = parseImageName(image);
        if (tag === undefined || !floating.test(tag)) return [];
        const title = `the image ${image} floats: the next pull may bring another major (${services.join(', ')})`;
        return [{ severity: 'warning', title, next: `coog config:set ${variable || 'IMAGE_VERSION_…'}=VERSION` }];
      });
    },
  },
  {
    id: 'supported-images',
    title: 'every stock image still gets corrections',
    look: async (facts) => {
      const plan = await facts.plan();
      return imagesOf(plan).flatMap(({ image, variable }): Finding[] => {
        const { repository, tag = '' } = parseImageName(image);
        const product = repository.split('/').at(-1) ?? '';
        const known = endOfSupport(product, tag);
        if (!known || facts.now < known.end) return [];
        const since = known.end.toISOString().slice(0, 10);
        const title = `${product} ${known.major} has got no corrections since ${since} (${image})`;
        return [{ severity: 'warning', title, next: `coog config:explain ${variable || 'IMAGE_VERSION_…'}` }];
      });
    },
  },
  {
    id: 'images-present',
    title: 'the image of every service is on the machine',
    look: async (facts) => {
      const [there, plan] = await Promise.all([imagesHere(facts), facts.plan()]);
      const names = new Set(there.flatMap((image) => image.names));
      const absent = imagesOf(plan).filter(({ image }) => !isThere(image, names));
      if (absent.length === 0) return [];
      const title = `${absent.length} images are not on this machine: starting has to pull or build them first`;
      return [{ severity: 'info', title, evidence: absent.map(({ image }) => image).join('\n'), next: 'coog pull' }];
    },
  },
  {
    id: 'outdated-containers',
    title: 'every container runs the image that its name means now',
    look: async (facts) => {
      const [there, containers] = await Promise.all([imagesHere(facts), facts.containers()]);
      const current = new Map(there.flatMap(({ id, names }) => names.map((name) => [name, id] as const)));
      const old = containers.filter(({ image, imageId }) => {
        const now = current.get(withTag(image));
        return now !== undefined && imageId !== '' && now !== imageId;
      });
      if (old.length === 0) return [];
      const title = `${old.length} containers run an image that was replaced since: ${old.map((c) => c.service).join(', ')}`;
      return [{ severity: 'warning', title, next: 'coog up -d' }];
    },
  },
];

interface PlannedImage {
  readonly image: string;
  readonly services: readonly string[];
  /** That sets the tag; empty where it is written in a file. */
  readonly variable: string;
}

/** Of shipped and the user's services, each once. */
function imagesOf(plan: Plan): PlannedImage[] {
  const all = new Map<string, { services: string[]; variable: string }>();
  const definitions = [
    ...plan.services.map((s) => [s.name, s.definition] as const),
    ...Object.entries(plan.userServices),
  ];
  for (const [name, { image }] of definitions) {
    if (typeof image !== 'string') continue;
    const text = expand(parseTemplate(image), (variable) => plan.values.get(variable)?.value);
    const final = /\$\{(IMAGE_VERSION_\w+)/.exec(image)?.[1] ?? '';
    const known = all.get(text) ?? { services: [], variable: plan.values.get(final)?.declaration?.setBy[0] ?? final };
    known.services.push(name);
    all.set(text, known);
  }
  return [...all].map(([image, more]) => ({ image, ...more }));
}

const imagesHere = async (facts: Facts): Promise<LocalImage[]> => {
  const [engine, plan] = await Promise.all([facts.engine(), facts.plan()]);
  return localImages(
    engine,
    imagesOf(plan).map(({ image }) => image),
  );
};

const withTag = (image: string): string => (/:[^/]+$/.test(image) ? image : `${image}:latest`);
const isThere = (image: string, names: ReadonlySet<string>): boolean =>
  image.includes('@') || names.has(withTag(image));
