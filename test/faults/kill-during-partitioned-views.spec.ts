import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SqliteEventLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import type { RecordedEvent } from '@platform/kernel';
import { driftOf, openPostgresViews, ViewEngine, type ViewDatabase } from '@platform/views';
import { counted, recorded, sums, totals, trail } from '@platform/views/testing';
import { startTypeScript, TalkingProcess } from '../support/child-process';
import { describeWithPostgres, ownSchema } from '../support/postgresql/server';

/*
 * Two processes share the partitions of views in PostgreSQL, and one of them is killed again and again at a moment
 * drawn from the seed, now and then the older one. Survivable because rows and checkpoint of a partition are one
 * transaction, and because the server frees a dead process's locks and forgets that it had a share.
 */
const rounds = 8;
const partitions = 4;
const views = [sums, totals].map(view => ({ ...view, partitionBy: 'stream' as const }));
const all = [...views, trail];
const seed = Number(process.env.TRIAL_LEDGER_SEED ?? Date.now() % 2 ** 31);
const patienceMs = 60_000;

const start = (folder: string, url: string): TalkingProcess => {
  const program = join(__dirname, 'follow-on-postgresql-until-killed.ts');
  return new TalkingProcess(startTypeScript(program, folder, url, 'follow', '0', String(partitions)));
};

/** Enough to spread the moments of death: a linear congruential sequence, between 0 and 1. */
function* momentsFrom(first: number): Generator<number, never> {
  for (let state = first >>> 0; ; state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
    yield state / 2 ** 32;
}

/** Appends until told to stop; answers how many events there are. */
async function appendWhile(log: SqliteEventLog, goesOn: () => boolean): Promise<number> {
  let events: RecordedEvent[] = [];
  while (goesOn()) {
    const next = recorded([counted(`key${events.length % 40}`, 1 + (events.length % 3))], events);
    await log.append(next[0]!.stream, next[0]!.revision - 1, next);
    events = [...events, ...next];
    await pause(2);
  }
  return events.length;
}

const pagesOf = ({ lines }: TalkingProcess): number =>
  lines.filter(line => line.startsWith(`${totals.name} `)).length;

/** Both commit pages of one view that is divided. */
async function bothMove(some: readonly TalkingProcess[]): Promise<void> {
  const before = some.map(pagesOf);
  while (some.some((one, index) => pagesOf(one) <= before[index]!)) await pause(20);
}

async function shareAndDie(folder: string, url: string, log: SqliteEventLog, database: ViewDatabase) {
  const moments = momentsFrom(seed);
  const waiting = new ViewEngine({ log, database, views: all });
  let survivor = start(folder, url);
  try {
    await survivor.firstLine();
    for (let round = 0; round < rounds; round++) {
      const doomed = start(folder, url);
      await doomed.firstLine();
      await bothMove([survivor, doomed]);
      await pause(moments.next().value * 300);
      // Now and then it is the other one that dies, and the younger one that takes over.
      const [dies, lives] = round % 3 === 2 ? [survivor, doomed] : [doomed, survivor];
      await dies.kill();
      survivor = lives;
      // Who lives takes over all partitions of the dead one, or this would never come to be.
      expect(await waiting.waitFor(await log.head(), 'all', patienceMs)).toBe(true);
    }
  } finally {
    await waiting.stop();
    await survivor.kill();
  }
}

describeWithPostgres('views in partitions that several processes share', () => {
  test(`equal the log after ${rounds} deaths, and in another number of partitions`, async () => {
    process.stderr.write(`kill-during-partitioned-views: TRIAL_LEDGER_SEED=${seed}\n`);
    const folder = temporaryFolder();
    const schema = ownSchema();
    const log = SqliteEventLog.open({ folder: folder.path });
    const database = await openPostgresViews({ url: schema.url });
    let running = true;
    const appended = appendWhile(log, () => running);
    try {
      await shareAndDie(folder.path, schema.url, log, database);
      // Nobody lives: whatever stands apart is right where it stands.
      expect((await driftOf({ log, database, views: all, folder: folder.path })).drifts).toEqual([]);
      running = false;
      const count = await appended;
      const engine = new ViewEngine({ log, database, views: all, partitions: 2 });
      await engine.start();
      expect(await engine.waitFor(await log.head(), 'all', patienceMs)).toBe(true);
      while ((await engine.status())[0]!.partitions !== 2) await pause(50);
      await engine.stop();
      const found = await driftOf({ log, database, views: all, folder: folder.path });
      expect(found.drifts).toEqual([]);
      expect(found.compared.map(({ position }) => position)).toEqual(
        Array.from(all, () => found.compared[0]!.position),
      );
      process.stderr.write(`${count} events\n`);
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
