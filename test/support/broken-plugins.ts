import { type LinkedPlugin, returning } from './coog.ts';

export type PluginSource = Pick<LinkedPlugin, 'hook' | 'files'>;

export const answering = (extension: object, files = {}): PluginSource => ({
  hook: returning({ apiVersion: 1, ...extension }),
  files,
});

/** Ways to be broken, as real packages in oclif's hands, each with what is said of it. */
export const brokenPlugins: readonly (readonly [string, PluginSource, RegExp])[] = [
  ['throws', { hook: 'export default async () => { throw new Error("boom"); }' }, /boom/],
  ['throws a text', { hook: 'export default async () => { throw "boom"; }' }, /boom/],
  ['ends the process', { hook: 'export default async function () { this.error("boom", {exit: 0}); }' }, /boom/],
  ['hangs', { hook: 'export default () => new Promise(() => {});' }, /3000 ms/],
  ['throws at import', { hook: 'throw new Error("boom at import");' }, /boom at import/],
  ['is no JavaScript', { hook: 'export default async ( => {' }, /could not register/],
  ['returns a wrong type', { hook: 'export default async () => "compose";' }, /no extension object/],
  ['returns functions', { hook: 'export default async () => ({apiVersion: 1, values: {A: () => 1}});' }, /plain data/],
  [
    'ships a service that exists',
    answering({ fragments: 'c' }, { 'c/g/a.yml': 'services: {postgres: {image: x}}' }),
    /both define the service postgres/,
  ],
  [
    'declares a variable that exists',
    answering({ variables: 'v.yml' }, { 'v.yml': 'groups: {g: {variables: {POSTGRES_HOST: {description: d}}}}' }),
    /both declare the variable POSTGRES_HOST/,
  ],
  ['wants to be after itself', answering({ after: ['@team/bad'] }), /come before each other/],
  ['lacks a file', answering({ variables: 'v.yml' }), /ENOENT/],
  ['ships invalid YAML', answering({ fragments: 'c' }, { 'c/g/a.yml': 'services: [' }), /fragment g\/a/],
  ['declares in invalid YAML', answering({ variables: 'v.yml' }, { 'v.yml': 'groups: [' }), /variables/],
  ['leaves its folder', answering({ fragments: '../../..' }), /"fragments" must be/],
  ['is for a newer contract', { hook: returning({ apiVersion: 7 }) }, /extension API 7/],
  ['has a range that is none', answering({ cli: 'the newest' }), /not a semver range/],
  ['needs another coog', answering({ cli: '>=99' }), /works with @coog\/cli >=99/],
];
