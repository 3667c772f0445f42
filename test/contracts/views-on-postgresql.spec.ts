import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runOn } from '@platform/views/testing';
import { describeWithPostgres, postgres } from '../support/postgresql/server';

const source = join(__dirname, '../../libs/platform/views/src');

/** Of these each test is about SQLite, or about nothing that an engine does. */
const others = ['sqlite-views.spec.ts', 'physical-table.spec.ts', 'postgres.spec.ts'];

const suites = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.spec.ts') && !others.some(other => file.endsWith(other)))
  .toSorted();

describeWithPostgres('views on PostgreSQL', () => {
  runOn(postgres);
  // The same specs that run on SQLite among the unit tests.
  describe.each(suites)('%s', suite => void require(join(source, suite)));
});
