export interface ImageName {
  readonly registry: string;
  readonly repository: string;
  /** Undefined with a digest alone. */
  readonly tag: string | undefined;
}

/** Takes `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]` apart by Docker's rule for what is a registry. */
export function parseImageName(image: string): ImageName {
  const [name = '', digest] = image.split('@');
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = first === 'localhost' || /[.:]/.test(first);
  const rest = hasRegistry ? name.slice(slash + 1) : name;
  const [repository = '', tag] = rest.split(':');
  return {
    registry: hasRegistry ? first : 'docker.io',
    repository,
    tag: tag ?? (digest === undefined ? 'latest' : undefined),
  };
}
