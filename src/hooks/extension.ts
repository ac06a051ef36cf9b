import type { Extension } from '../extension/catalogue.ts';

/** The core registers its own fragments and declarations by the hook that plugins use. */
export default function register(): Promise<Extension> {
  return Promise.resolve({
    apiVersion: 1,
    fragments: 'compose',
    variables: 'defaults/variables.yml',
    defaults: 'defaults',
  });
}
