import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { SqliteEventLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import type { RecordedEvent } from '@platform/kernel';
import { driftOf, openViews, rebuildViews, ViewEngine, type ViewDatabase } from '@platform/views';
import { counted, recorded, sums, totals, trail } from '@platform/views/testing';
import { startTypeScript, TalkingProcess } from '../support/child-process';

/*
 * Two processes at a time run the same views on one file, one following the log and one rebuilding without
 * end, while events are appended; both are killed at a moment drawn from the seed, and the next two go on
 * with what they left. Survivable because rows and checkpoint are one transaction, and a rebuild is seen
 * only when it is whole.
 */
const rounds = 12;
const views = [sums, totals, trail];
const seed = Number(process.env.TRIAL_LEDGER_SEED ?? Date.now() % 2 ** 31);
const longerThanALeaseMs = 61_000;
const patienceMs = 60_000;

const start = (folder: string, mode: string, round: number): TalkingProcess =>
  new TalkingProcess(
    startTypeScript(
      join(__dirname, 'follow-until-killed.ts'),
      folder,
      mode,
      String(round * longerThanALeaseMs),
    ),
  );

/** The parts of a linear congruential sequence, between 0 and 1: enough to spread the moments of death. */
function* momentsFrom(first: number): Generator<number, never> {
  for (let state = first >>> 0; ; state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
    yield state / 2 ** 32;
}

/** Appends until told to stop; answers how many events there are. */
async function appendWhile(log: SqliteEventLog, goesOn: () => boolean): Promise<number> {
  let events: RecordedEvent[] = [];
  while (goesOn()) {
    const next = recorded([counted('abcdefgh'[events.length % 8]!, 1 + (events.length % 3))], events);
    const [event] = next;
    await log.append(event!.stream, event!.revision - 1, next);
    events = [...events, ...next];
    await pause(1);
  }
  return events.length;
}

const rowsOfTrail = async (database: ViewDatabase): Promise<number | undefined> => {
  const exists = await database
    .reader()
    .selectFrom('sqlite_master')
    .select('name')
    .where('name', '=', 'trail')
    .executeTakeFirst();
  if (!exists) return undefined;
  const { rows } = await database
    .reader()
    .selectFrom('trail')
    .select(sql<number>`count(*)`.as('rows'))
    .executeTakeFirstOrThrow();
  return rows;
};

/**
 * Runs and kills the processes: what a reader saw meanwhile, one after the other, and what came to its end.
 */
async function liveAndDie(folder: string, database: ViewDatabase) {
  const moments = momentsFrom(seed);
  const seen: number[] = [];
  let rebuilds = 0;
  let pages = 0;
  let running = true;
  const reading = (async () => {
    while (running) {
      const rows = await rowsOfTrail(database);
      if (rows !== undefined) seen.push(rows);
      await pause(2);
    }
  })();
  try {
    for (let round = 0; round < rounds; round++) {
      const follows = start(folder, 'follow', round);
      // A thread takes its time to start: every other round goes without, so that whole rebuilds are seen too.
      const rebuilding = start(folder, round % 2 === 0 ? 'rebuild' : 'rebuild in threads', round);
      for (const one of [follows, rebuilding]) await one.firstLine();
      await pause(moments.next().value * 600);
      for (const one of [follows, rebuilding]) await one.kill();
      rebuilds += rebuilding.lines.filter(line => line === 'done').length;
      pages += follows.lines.length;
    }
  } finally {
    running = false;
    await reading;
  }
  return { seen, rebuilds, pages };
}

test(`views equal the log after ${rounds} times two deaths`, async () => {
  process.stderr.write(`kill-during-views: TRIAL_LEDGER_SEED=${seed}\n`);
  const folder = temporaryFolder();
  const log = SqliteEventLog.open({ folder: folder.path });
  const database = await openViews({ folder: folder.path });
  let running = true;
  const appended = appendWhile(log, () => running);
  const engine = new ViewEngine({ log, database, views });
  try {
    const { seen, rebuilds, pages } = await liveAndDie(folder.path, database);
    running = false;
    const count = await appended;
    process.stderr.write(
      `${count} events, ${pages} pages, ${rebuilds} whole rebuilds, ${seen.length} looks\n`,
    );
    // Otherwise the deaths came too early to show anything.
    expect(Math.min(rebuilds, pages, seen.length)).toBeGreaterThan(0);
    // Nobody has ever seen fewer rows than before: neither half a page nor half a rebuild.
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));

    await engine.start();
    expect(await engine.waitFor(await log.head(), 'all', patienceMs)).toBe(true);
    expect(await rowsOfTrail(database)).toBe(count);
    expect((await driftOf({ log, database, views, folder: folder.path })).drifts).toEqual([]);
    const clock = { now: () => Date.now() + (rounds + 1) * longerThanALeaseMs };
    await rebuildViews({ log, database, all: views, views: 'all', clock });
    const tables = (await database.reader().introspection.getTables()).map(({ name }) => name);
    expect(tables.filter(name => /^trail__\d+$/.test(name))).toHaveLength(1);
  } finally {
    running = false;
    await appended;
    await engine.stop();
    await database.close();
    await log.close();
    folder.remove();
  }
});
