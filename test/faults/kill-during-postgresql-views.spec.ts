import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SqliteEventLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import type { RecordedEvent } from '@platform/kernel';
import { driftOf, openPostgresViews, rebuildViews, ViewEngine, type ViewDatabase } from '@platform/views';
import { counted, recorded, sums, totals, trail } from '@platform/views/testing';
import { startTypeScript, TalkingProcess } from '../support/child-process';
import { describeWithPostgres, ownSchema } from '../support/postgresql/server';

/*
 * Three processes have the same views in PostgreSQL: two follow the log, of which one is killed again and again at a
 * moment drawn from the seed, and a third rebuilds without end and is killed as well; this one appends, reads, and
 * waits for positions that it does not move itself. Survivable because rows and checkpoint are one transaction, the
 * server frees a dead process's locks, and a rebuild is seen only when it is whole.
 */
const rounds = 10;
const views = [sums, totals, trail];
const seed = Number(process.env.TRIAL_LEDGER_SEED ?? Date.now() % 2 ** 31);
const longerThanALeaseMs = 61_000;
const patienceMs = 60_000;

const start = (...args: string[]): TalkingProcess =>
  new TalkingProcess(startTypeScript(join(__dirname, 'follow-on-postgresql-until-killed.ts'), ...args));

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
    await log.append(next[0]!.stream, next[0]!.revision - 1, next);
    events = [...events, ...next];
    await pause(2);
  }
  return events.length;
}

async function rowsOfTrail(database: ViewDatabase): Promise<number> {
  const { rows } = await database
    .reader()
    .selectFrom('trail')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return rows;
}

/** What a reader saw meanwhile, one after the other, and what the killed had done. */
async function liveAndDie(folder: string, url: string, log: SqliteEventLog, database: ViewDatabase) {
  const moments = momentsFrom(seed);
  const seen: number[] = [];
  const waiting = new ViewEngine({ log, database, views });
  let rebuilds = 0;
  let reading = true;
  // It starts first, and moves the views; when it dies half-way, those that come later take over from each other.
  const first = start(folder, url, 'follow', '0');
  await first.firstLine();
  const looks = (async () => {
    while (reading) {
      seen.push(await rowsOfTrail(database));
      await pause(5);
    }
  })();
  let byTheKilled = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const ahead = String(round * longerThanALeaseMs);
      const doomed = [start(folder, url, 'follow', '0'), start(folder, url, 'rebuild', ahead)];
      for (const one of doomed) await one.firstLine();
      if (round === rounds / 2) {
        await first.kill();
        // It stood by, and takes over: beside its first line, one for each page that it has written.
        while (doomed[0]!.lines.length < 2) await pause(20);
        expect(await waiting.waitFor(await log.head(), 'all', patienceMs)).toBe(true);
      }
      await pause(moments.next().value * 800);
      for (const one of doomed) await one.kill();
      byTheKilled += doomed[0]!.lines.length - 1;
      rebuilds += doomed[1]!.lines.filter(line => line === 'done').length;
      // While there is somebody who lives, the views go on.
      if (round < rounds / 2) expect(await waiting.waitFor(await log.head(), 'all', patienceMs)).toBe(true);
    }
  } finally {
    reading = false;
    await looks;
    await waiting.stop();
    await first.kill();
  }
  return { seen, rebuilds, byTheKilled };
}

describeWithPostgres('views on PostgreSQL that several processes have', () => {
  test(`equal the log after ${rounds} times two deaths`, async () => {
    process.stderr.write(`kill-during-postgresql-views: TRIAL_LEDGER_SEED=${seed}\n`);
    const folder = temporaryFolder();
    const schema = ownSchema();
    const log = SqliteEventLog.open({ folder: folder.path });
    const database = await openPostgresViews({ url: schema.url });
    let running = true;
    const appended = appendWhile(log, () => running);
    try {
      const { seen, rebuilds, byTheKilled } = await liveAndDie(folder.path, schema.url, log, database);
      running = false;
      const count = await appended;
      process.stderr.write(
        `${count} events, ${rebuilds} whole rebuilds, ${byTheKilled} pages by the killed, ${seen.length} looks\n`,
      );
      // Otherwise the deaths came too early to show anything.
      expect(Math.min(rebuilds, byTheKilled, seen.length)).toBeGreaterThan(0);
      // Nobody has ever seen fewer rows than before: neither half a page nor half a rebuild.
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      const engine = new ViewEngine({ log, database, views });
      await engine.start();
      expect(await engine.waitFor(await log.head(), 'all', patienceMs)).toBe(true);
      await engine.stop();
      expect(await rowsOfTrail(database)).toBe(count);
      expect((await driftOf({ log, database, views, folder: folder.path })).drifts).toEqual([]);
      const clock = { now: () => Date.now() + (rounds + 1) * longerThanALeaseMs };
      await rebuildViews({ log, database, all: views, views: 'all', clock });
      const tables = (await database.reader().introspection.getTables()).map(({ name }) => name);
      expect(tables.filter(name => /^trail__\d+$/.test(name))).toHaveLength(1);
    } finally {
      running = false;
      await appended;
      await database.close();
      await log.close();
      await schema.remove();
      folder.remove();
    }
  });
});
