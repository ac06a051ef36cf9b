import { readFileSync } from 'node:fs';

/** What the uWSGI 2.0.28 of the demo's image answered, byte by byte as docker handed it on. */
export const recorded = (name: string): string => readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8');
