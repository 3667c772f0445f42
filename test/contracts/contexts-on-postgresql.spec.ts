import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOn } from '@platform/views/testing';
import { describeWithPostgres, postgres } from '../support/postgresql/server';

const contexts = join(__dirname, '../../libs/contexts');

/** Specs that open views: contracts of views, and what queries answer. */
const suites = readdirSync(contexts, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.spec.ts'))
  .filter(file => /viewContract|viewsAfter|openTestViews/.test(readFileSync(join(contexts, file), 'utf8')))
  .toSorted();

describeWithPostgres('views and queries of every context on PostgreSQL', () => {
  runOn(postgres);
  // The same specs that run on SQLite beside the sources.
  describe.each(suites)('%s', suite => void require(join(contexts, suite)));
});
