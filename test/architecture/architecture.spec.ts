import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exemptions } from './exemptions';
import { describeViolation, violationsIn } from './rules';
import type { SourceText } from './source';

const root = join(__dirname, '../..');
/** Everything at the root is looked at, but for what is made or fetched. */
const leftAlone = new Set(['.git', 'node_modules', 'dist', 'coverage', 'data']);
/** Texts that people write; lock files and recorded data are left alone. */
const written =
  /(\.(ts|cts|mts|js|cjs|mjs|md|ya?ml|sh)|Dockerfile|package\.json|tsconfig[^/]*\.json|nest-cli\.json)$/;

function* filesOf(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile() && written.test(path)) yield path;
    if (entry.isDirectory() && !leftAlone.has(path)) yield* filesOf(path);
  }
}

const tree: SourceText[] = [...filesOf('')].map(path => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}));

describe('the architecture', () => {
  test('is looked at whole', () => {
    const paths = tree.map(({ path }) => path);
    expect(paths).toContain('libs/platform/kernel/src/index.ts');
    expect(paths).toContain('test/architecture/architecture.spec.ts');
    expect(paths).toContain('package.json');
  });

  test('keeps every rule', () => {
    expect(violationsIn(tree, exemptions).map(describeViolation)).toEqual([]);
  });
});
