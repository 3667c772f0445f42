import { stronglyConnected } from './cycles';
import { planted } from './planted';
import { describeViolation } from './rules';
import { parse } from './source';

describe('a violation', () => {
  test('names the file, the line, the rule and the way out', () => {
    const found = planted({
      'apps/api/src/main.ts': "\nimport { port } from '@platform/event-log/src/port';",
    });
    expect(found.map(describeViolation)).toEqual([
      'apps/api/src/main.ts:2  [doors] @platform/event-log has two doors only. ' +
        "Write import from '@platform/event-log', or '@platform/event-log/testing' in a test.",
    ]);
  });
});

describe('the parser', () => {
  const importsOf = (text: string) => parse({ path: 'a.ts', text }).imports;

  test.each<[string, boolean]>([
    ["import { a } from './b';", false],
    ["import type { a } from './b';", true],
    ["import { type a } from './b';", true],
    ["import { type a, c } from './b';", false],
    ["import a from './b';", false],
    ["import type a from './b';", true],
    ["import './b';", false],
    ["import * as a from './b';", false],
    ["import a = require('./b');", false],
    ["export * from './b';", false],
    ["export type * from './b';", true],
    ["export { a } from './b';", false],
    ["export { type a } from './b';", true],
    ["let a: import('./b').C;", true],
    ["const a = require('./b');", false],
  ])('%s: gone after compilation: %s', (text, typeOnly) => {
    expect(importsOf(text)).toMatchObject([{ specifier: './b', typeOnly, deferred: false }]);
  });

  test('knows what is loaded later, and takes no text for an import', () => {
    expect(importsOf("const a = () => import('./b');")).toMatchObject([{ deferred: true }]);
    expect(importsOf("const a = \"import { b } from './b'\"; // import './c'")).toEqual([]);
  });
});

describe('stronglyConnected', () => {
  const circlesOf = (edges: Readonly<Record<string, string>>) =>
    stronglyConnected(new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)])));

  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['nothing', {}, []],
    ['a chain', { a: 'b', b: 'c' }, []],
    ['a diamond', { a: 'bc', b: 'd', c: 'd' }, []],
    ['itself', { a: 'a' }, ['a']],
    ['a pair', { a: 'b', b: 'a' }, ['ab']],
    ['a ring with a tail on each side', { x: 'a', a: 'b', b: 'c', c: 'ay' }, ['abc']],
    ['two rings that share a node', { a: 'b', b: 'ac', c: 'b' }, ['abc']],
    ['two rings, one behind the other', { a: 'b', b: 'ac', c: 'd', d: 'c' }, ['ab', 'cd']],
  ])('%s', (_what, edges, circles) => {
    expect(
      circlesOf(edges)
        .map(circle => circle.join(''))
        .sort(),
    ).toEqual(circles);
  });
});
