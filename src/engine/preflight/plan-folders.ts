import { extname, relative, resolve } from 'node:path';
import type { ComposeModel } from '../model/model.ts';

/** A data folder that must be there before the services that mount it start. */
export interface PlannedFolder {
  readonly path: string;
  /** The numeric user of the services that write there; undefined when the image decides. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly services: readonly string[];
  readonly readOnly: boolean;
}

export interface BindPlan {
  readonly folders: readonly PlannedFolder[];
  /** Sources that coog does not make: files, and what lies outside the roots. Docker would make a folder of each. */
  readonly existing: readonly { readonly path: string; readonly services: readonly string[] }[];
}

/** Sorts a model's bind mounts into data folders (inside one of `roots`) and what must exist already; pure. */
export function planBinds(model: ComposeModel, roots: readonly string[]): BindPlan {
  const folders = new Map<string, PlannedFolder>();
  const existing = new Map<string, { path: string; services: string[] }>();
  for (const [service, { binds, user }] of Object.entries(model.services)) {
    for (const bind of binds) {
      const path = resolve(bind.source);
      if (isDataFolder(path, bind.target, roots)) {
        const planned = { path, ...readOwner(user), services: [service], readOnly: bind.readOnly };
        folders.set(path, combine(folders.get(path), planned));
      } else {
        const services = existing.get(path)?.services ?? [];
        existing.set(path, { path, services: services.includes(service) ? services : [...services, service] });
      }
    }
  }
  const byPath = <T extends { path: string }>(a: T, b: T) => (a.path < b.path ? -1 : 1);
  return { folders: [...folders.values()].sort(byPath), existing: [...existing.values()].sort(byPath) };
}

/** The data folders of a model, with the owner each needs; sorted by path; pure. */
export const planFolders = (model: ComposeModel, roots: readonly string[]): readonly PlannedFolder[] =>
  planBinds(model, roots).folders;

/** `1003:1003` and `1003` (whose group Docker takes to be 0) are known without the image; names are not. */
export function readOwner(user: string | undefined): { uid: number | undefined; gid: number | undefined } {
  const match = /^(\d+)(?::(\d+))?$/.exec(user ?? '');
  return match ? { uid: Number(match[1]), gid: Number(match[2] ?? 0) } : { uid: undefined, gid: undefined };
}

/** Who writes owns; the first of several writers, since one folder has one owner. */
function combine(known: PlannedFolder | undefined, added: PlannedFolder): PlannedFolder {
  if (!known) return added;
  const services = [...new Set([...known.services, ...added.services])];
  const knownDecides = known.uid !== undefined && (!known.readOnly || added.readOnly || added.uid === undefined);
  const { uid, gid } = knownDecides ? known : added;
  return { path: known.path, uid, gid, services, readOnly: known.readOnly && added.readOnly };
}

/** A root is a folder by definition; inside one, what is named like a file is a file. */
function isDataFolder(path: string, target: string, roots: readonly string[]): boolean {
  const known = roots.filter((root) => root !== '').map((root) => resolve(root));
  if (known.includes(path)) return true;
  const isInside = known.some((root) => !/^\.\.(?:\/|$)/.test(relative(root, path)));
  return isInside && !looksLikeFile(path) && !looksLikeFile(target);
}

const FILE_SUFFIXES = new Set(
  `cer cert cfg cnf conf config crt css csv env erl gz htpasswd html ini jks js json key lua mjs p12 pem pfx php
   properties pub py service sh sock sql tmpl toml ts txt xml yaml yml zip`.split(/\s+/),
);

const looksLikeFile = (path: string): boolean => FILE_SUFFIXES.has(extname(path).slice(1).toLowerCase());
