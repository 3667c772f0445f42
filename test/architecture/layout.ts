import { posix } from 'node:path';
import type { Code, Import, SourceText } from './source';

/** The contexts in the order in which they may know each other: each may import those before it. */
export const contextOrder = [
  'access',
  'protocol',
  'sites',
  'participants',
  'treatment',
  'safety',
  'reporting',
  'alerting',
  'signing',
  'audit',
  'inspection',
  'interchange',
];

export type Layer = 'platform' | 'context' | 'app' | 'test' | 'other';

/** Where a file stands. A unit is what has a door of its own: a platform lib, a context, an app, or `test`. */
export interface Place {
  readonly layer: Layer;
  readonly unit: string;
  /** How the unit is imported from outside; undefined for units without a door. */
  readonly alias?: string;
}

const layers: Readonly<Record<string, Layer>> = { 'libs/platform': 'platform', 'libs/contexts': 'context' };

export function placeOf(path: string): Place {
  const [top = '', second = '', third = ''] = path.split('/');
  const layer = layers[`${top}/${second}`];
  if (layer && third) {
    return {
      layer,
      unit: `${top}/${second}/${third}`,
      alias: `@${layer === 'context' ? 'trial' : 'platform'}/${third}`,
    };
  }
  if (top === 'apps') return { layer: 'app', unit: `${top}/${second}` };
  return { layer: top === 'test' ? 'test' : 'other', unit: top };
}

export const isSpec = (path: string): boolean => path.endsWith('.spec.ts');

/** Specs, testing folders and everything in test/: what never runs in production. */
export const isTesting = (path: string): boolean =>
  isSpec(path) || path.startsWith('test/') || path.includes('/testing/');

export const isDomain = (path: string): boolean =>
  /^libs\/contexts\/[^/]+\/src\/domain\//.test(path) && !isSpec(path);

export type Door = 'index' | 'testing' | 'none';

/** What an import line leads to within the repository. */
export interface Target {
  readonly place: Place;
  readonly by: 'alias' | 'path';
  /** The door that an alias names. */
  readonly door: Door;
  /** The file, when there is one. */
  readonly path?: string;
}

/** The files of a repository, and what their imports lead to. */
export class Tree {
  readonly codes: ReadonlyMap<string, Code>;

  constructor(
    readonly files: readonly SourceText[],
    codes: readonly Code[],
  ) {
    this.codes = new Map(codes.map(code => [code.path, code]));
  }

  /** Undefined for packages and for what Node brings along. */
  targetOf(from: string, specifier: string): Target | undefined {
    const alias = /^@(platform|trial)\/([^/]+)(?:\/(.*))?$/.exec(specifier);
    if (alias) {
      const [, kind, name, entry] = alias;
      const unit = `libs/${kind === 'trial' ? 'contexts' : 'platform'}/${name}`;
      const door = entry === undefined ? 'index' : entry === 'testing' ? 'testing' : 'none';
      const path = { index: `${unit}/src/index.ts`, testing: `${unit}/src/testing/index.ts`, none: '' }[door];
      return {
        place: placeOf(`${unit}/src/index.ts`),
        by: 'alias',
        door,
        path: this.codes.has(path) ? path : undefined,
      };
    }
    if (!specifier.startsWith('.')) return undefined;
    const base = posix.join(posix.dirname(from), specifier);
    const path = [`${base}.ts`, `${base}/index.ts`, base].find(each => this.codes.has(each));
    return { place: placeOf(path ?? base), by: 'path', door: 'none', path };
  }

  *imports(): Generator<{ readonly code: Code; readonly imported: Import; readonly target: Target }> {
    for (const code of this.codes.values()) {
      for (const imported of code.imports) {
        const target = this.targetOf(code.path, imported.specifier);
        if (target) yield { code, imported, target };
      }
    }
  }

  /** Whether a name that a file imports is a class of this repository, through any number of doors. */
  isClass(from: string, specifier: string, name: string, seen = new Set<string>()): boolean {
    const path = this.targetOf(from, specifier)?.path;
    const code = path === undefined ? undefined : this.codes.get(path);
    if (!code || seen.has(code.path)) return false;
    if (code.classes.has(name)) return true;
    seen.add(code.path);
    return code.imports.some(each => {
      const next = each.reexport
        ? each.names.find(known => known.local === name || known.local === '*')
        : undefined;
      return next && this.isClass(code.path, each.specifier, next.name === '*' ? name : next.name, seen);
    });
  }
}
