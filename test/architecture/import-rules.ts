import { contextOrder, isDomain, isTesting, placeOf, type Place, type Target, type Tree } from './layout';
import { stronglyConnected } from './cycles';
import type { Rule, Violation } from './rules';
import type { Import } from './source';

const names = (place: Place): string => place.alias ?? place.unit;
const order = contextOrder.join(' < ');
const rankOf = (place: Place): number => contextOrder.indexOf(place.unit.split('/').at(-1) ?? '');

/** What is wrong with one unit knowing another, and what to do instead; undefined when nothing is. */
function directionFault(from: Place, to: Place): string | undefined {
  const [here, there] = [names(from), names(to)];
  if (here === there) return undefined;
  if (to.layer === 'app' && from.layer !== 'app' && from.layer !== 'test') {
    return `${here} must not know an app. Move what it needs into a lib.`;
  }
  if (from.alias === '@platform/kernel' && to.layer !== 'test') {
    return `The kernel imports nothing of ours, so not ${there}. Take it as a value, or move the file there.`;
  }
  if (from.layer === 'platform' && to.layer === 'context') {
    return `${here} knows nothing of trials. Declare a port there and let ${there} implement it.`;
  }
  return from.layer === 'context' && to.layer === 'context' ? orderFault(from, to) : undefined;
}

function orderFault(from: Place, to: Place): string | undefined {
  const nowhere = [from, to].find(place => rankOf(place) < 0);
  if (nowhere) {
    return `${nowhere.unit} has no place among the contexts (${order}). Give it one in test/architecture/layout.ts.`;
  }
  if (rankOf(to) < rankOf(from)) return undefined;
  const [here, there] = [names(from), names(to)];
  return (
    `${here} comes before ${there} (${order}). ` +
    `Turn it round: let ${there} import ${here} or react to its events, or hand the value in.`
  );
}

const directions: Rule = {
  name: 'directions',
  *check(tree) {
    for (const { code, imported, target } of tree.imports()) {
      // Tests of contexts and platform obey too: what only a test imports still ties two units together.
      const message = directionFault(placeOf(code.path), target.place);
      if (message) yield { path: code.path, line: imported.line, message };
    }
  },
};

function doorFault(path: string, target: Target): string | undefined {
  const { place, by, door } = target;
  const inside = placeOf(path).unit === place.unit;
  const write = `import from '${place.alias}'`;
  if (inside) return innerFault(path, target);
  if (by === 'path' && place.alias)
    return `This path goes round a door. Write ${write}, and export there what is missing.`;
  if (by === 'path') {
    const forTests = place.layer === 'test' && !isTesting(path);
    return forTests ? 'Only specs and testing folders may use what is in test/.' : undefined;
  }
  if (door === 'none') {
    return `${place.alias} has two doors only. Write ${write}, or '${place.alias}/testing' in a test.`;
  }
  return door === 'testing' && !isTesting(path)
    ? `'${place.alias}/testing' is for specs, testing folders and test/. Write ${write}.`
    : undefined;
}

function innerFault(path: string, { place, by, path: to }: Target): string | undefined {
  if (by === 'alias')
    return `Inside ${place.alias}, write the relative path: its own door leads back to this file.`;
  return to !== undefined && isTesting(to) && !isTesting(path)
    ? 'Only specs, testing folders and test/ may use test helpers. Move what production needs out of there.'
    : undefined;
}

const doors: Rule = {
  name: 'doors',
  *check(tree) {
    for (const { code, imported, target } of tree.imports()) {
      const message = doorFault(code.path, target);
      if (message) yield { path: code.path, line: imported.line, message };
    }
  },
};

/** What the kernel exports for the edges of the system: the hour, chance and the length of a wait. */
const impureKernel = new Set(['systemClock', 'systemRandom', 'systemTimers', 'timeOrderedIds']);

const domainImports: Rule = {
  name: 'domain-imports',
  *check(tree) {
    for (const code of tree.codes.values()) {
      if (!isDomain(code.path)) continue;
      for (const imported of code.imports) {
        const message = domainImportFault(code.path, imported, tree.targetOf(code.path, imported.specifier));
        if (message) yield { path: code.path, line: imported.line, message };
      }
    }
  },
};

function domainImportFault(path: string, imported: Import, target: Target | undefined): string | undefined {
  if (target?.place.alias === '@platform/kernel' && target.door === 'index') {
    const impure = imported.names.find(({ name }) => impureKernel.has(name));
    return impure && `A decision must not depend on ${impure.name}. Take the value from the DecisionContext.`;
  }
  const neighbour =
    target?.path !== undefined && isDomain(target.path) && target.place.unit === placeOf(path).unit;
  const lower = target?.place.layer === 'context' && target.door === 'index';
  if (neighbour || lower) return undefined;
  return (
    "A domain file imports '@platform/kernel', its neighbours in domain/ and the doors of lower contexts, " +
    `not '${imported.specifier}'. Take the value as an argument.`
  );
}

const cycles: Rule = {
  name: 'no-cycles',
  *check(tree) {
    yield* cyclesBetween(fileGraph(tree), 'These files import each other in a circle');
    yield* cyclesBetween(unitGraph(tree), 'These libs import each other in a circle');
  },
};

type Graph = Map<string, Set<string>>;

/** Files as they load each other: imports of types alone are gone by then, and `import()` comes later. */
function fileGraph(tree: Tree): Graph {
  const graph: Graph = new Map();
  for (const { code, imported, target } of tree.imports()) {
    if (imported.typeOnly || imported.deferred || target.path === undefined) continue;
    edgesOf(graph, code.path).add(target.path);
  }
  return graph;
}

/** Libs as they know each other, in production and by type alone too: two that do are one. */
function unitGraph(tree: Tree): Graph {
  const graph: Graph = new Map();
  for (const { code, target } of tree.imports()) {
    const from = placeOf(code.path);
    if (isTesting(code.path) || !from.alias || from.unit === target.place.unit) continue;
    edgesOf(graph, from.unit).add(target.place.unit);
  }
  return graph;
}

function edgesOf(graph: Graph, node: string): Set<string> {
  const edges = graph.get(node) ?? new Set<string>();
  graph.set(node, edges);
  return edges;
}

function* cyclesBetween(graph: Graph, what: string): Generator<Omit<Violation, 'rule'>> {
  for (const circle of stronglyConnected(graph)) {
    const [first = ''] = circle;
    const message = `${what}: ${circle.join(', ')}. Move what they share into a file of its own, or pass it in.`;
    yield { path: first, message };
  }
}

export const importRules: readonly Rule[] = [directions, doors, domainImports, cycles];
