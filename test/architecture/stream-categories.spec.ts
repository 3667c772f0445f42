import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { streamCategories } from '../../apps/composition/src/event-logs';

const contexts = resolve(__dirname, '../../libs/contexts');

test('a log on a server is read for the streams of every context', () => {
  const sources = readdirSync(contexts, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.includes('testing'))
    .map(file => readFileSync(join(contexts, file), 'utf8'));
  const named = sources.flatMap(text =>
    [...text.matchAll(/streamName\(\s*'(\w+)'/g)].map(([, name]) => name),
  );
  expect(new Set(named)).toEqual(new Set(streamCategories));
});
