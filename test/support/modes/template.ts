import 'reflect-metadata';
import { MemoryEventLog } from '@platform/event-log';
import { systemClock } from '@platform/kernel';
import { openPostgresViews, ViewEngine } from '@platform/views';
import { allViews } from '../../../apps/composition/src/contexts';
import { ask, ownDatabase } from '../postgresql/server';

/*
 * A program, run once for all test files: makes a database in which the tables of all views stand, empty, and says its
 * name. A copy of it is made in a tenth of the time in which they are. With a name it removes what has that one.
 */

/** @returns the name of the database, which is that of its copies with something more behind it */
async function makeTemplate(): Promise<string> {
  const { url } = await ownDatabase();
  const database = await openPostgresViews({ url });
  const log = new MemoryEventLog();
  const engine = new ViewEngine({ log, database, views: allViews, clock: systemClock });
  await engine.start();
  await engine.stop();
  await database.close();
  await log.close();
  return new URL(url).pathname.slice(1);
}

/** Removes it, and the copies that test files have left which came to no good end. */
async function removeTemplate(name: string): Promise<void> {
  const all = await ask<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [name],
  );
  for (const { datname } of all) await ask(`drop database ${datname} with (force)`);
}

async function run(name?: string): Promise<void> {
  if (name === undefined) process.stdout.write(await makeTemplate());
  else await removeTemplate(name);
}

run(process.argv[2]).catch((error: Error & { readonly code?: string }) => {
  process.stderr.write(error.code ?? error.message);
  process.exitCode = 1;
});
