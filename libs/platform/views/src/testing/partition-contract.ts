import fc from 'fast-check';
import { toPosition, type Position, type RecordedEvent } from '@platform/kernel';
import { driftOf, fingerprintOf } from '../rebuild/drift';
import { partitionKeyOf } from '../follow/partitions';
import { unrelated, type ViewPeers } from '../follow/peers';
import { replayViews } from '../replay';
import type { Key, Row, RowStore, View } from '../view';
import type { ViewDatabase } from '../view-database';
import { ViewEngine } from '../view-engine';
import { RecordedLog } from './recorded-log';
import { openTestViews, viewStore } from './stores';

const runs = 15;
/** Who waits makes the loop look again at once. */
const askMs = 1;
const patience = 10_000;
/** No view ever comes there. */
const behindAll = toPosition(10 ** 12);
/** For any machine; nothing is measured by it. */
const patienceMs = 60_000;

/** One life of a process: how it wants the view divided, and which partitions are its turn at each look. */
interface Life {
  readonly partitions: number;
  readonly pageSize: number;
  /** For each look a bit for each partition. */
  readonly turns: readonly number[];
}

const lives = (events: number) =>
  fc.array(
    fc.record({
      partitions: fc.constantFrom(1, 2, 4),
      pageSize: fc.integer({ min: 1, max: events + 1 }),
      turns: fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 3 },
  );

/**
 * What a view owes that says how it is divided: each row is fed by one partition, and the rows are the same as those
 * that nobody has divided, however the partitions take turns, and wherever processes end and others begin that want
 * another number of them. Partitions that stand apart answer as of the position that all have reached.
 * @param replayed what a replay in memory answers
 */
export function partitionContract(
  view: View,
  events: readonly RecordedEvent[],
  replayed: (upTo?: Position) => Promise<string>,
): void {
  test('each row is fed by one partition', async () => {
    expect(await rowsFedTwice(view, events)).toEqual([]);
  });

  test(
    'the rows are the same in 1, 2 or 4 partitions, in any order, over any restarts',
    async () => {
      const expected = await replayed();
      await fc.assert(
        fc.asyncProperty(lives(events.length), async given => {
          const database = await openTestViews();
          const log = new RecordedLog(events);
          for (const life of given) await liveUntilTurnsEnd(life, { view, log, database });
          await expectRightSoFar({ view, log, database, replayed });
          await liveUntilArrived(given.at(-1)!, { view, log, database });
          expect(await fingerprintOf(database, view)).toBe(expected);
          await database.close();
        }),
        { numRuns: viewStore().runs(runs) },
      );
    },
    patienceMs,
  );
}

/**
 * Rows that events of several partitions touch, read or written, as `table/key`. Looks at what the events are divided
 * by, not at where a hash puts them.
 */
export async function rowsFedTwice(view: View, events: readonly RecordedEvent[]): Promise<string[]> {
  const partitionsOf = new Map<string, Set<string>>();
  const watched: View = {
    ...view,
    async project(page, rows) {
      for (const event of page) {
        const partition = partitionKeyOf(view, event);
        const touch = (table: string, key: Key): void => {
          const row = [table, ...key].join('/');
          partitionsOf.set(row, (partitionsOf.get(row) ?? new Set()).add(partition));
        };
        await view.project([event], watchedRows(view, rows, touch));
      }
    },
  };
  const database = await replayViews(new RecordedLog(events), [watched]);
  await database.close();
  return [...partitionsOf].filter(([, partitions]) => partitions.size > 1).map(([row]) => row);
}

function watchedRows(view: View, rows: RowStore, touch: (table: string, key: Key) => void): RowStore {
  const keyOf = (name: string, row: Row): Key =>
    view.tables.find(table => table.name === name)!.key.map(column => row[column]) as unknown as Key;
  return {
    load: (table, keys) => {
      for (const key of keys) touch(table, key);
      return rows.load(table, keys);
    },
    get: (table, key) => rows.get(table, key),
    put: (table, row, at) => {
      touch(table, keyOf(table, row));
      rows.put(table, row, at);
    },
    remove: (table, key, at) => {
      touch(table, key);
      rows.remove(table, key, at);
    },
  };
}

interface Place {
  readonly view: View;
  readonly log: RecordedLog;
  readonly database: ViewDatabase;
}

/** A process that moves those partitions whose turn it is, and is stopped when there is no further turn. */
async function liveUntilTurnsEnd({ turns, ...life }: Life, place: Place): Promise<void> {
  let look = 0;
  const claim: ViewPeers['claim'] = async wanted => {
    const turn = turns[look++] ?? 0;
    return new Set(wanted.filter((_, index) => ((turn >> index) & 1) === 1).map(({ name }) => name));
  };
  await follow(life, { ...place, claim, isOver: async () => look > turns.length });
}

function liveUntilArrived(life: Life, place: Place): Promise<void> {
  const isOver = async (engine: ViewEngine): Promise<boolean> =>
    engine.waitFor(await place.log.head(), 'all', askMs);
  return follow(life, { ...place, claim: unrelated.claim, isOver });
}

async function follow(
  { partitions, pageSize }: Omit<Life, 'turns'>,
  {
    view,
    log,
    database: made,
    claim,
    isOver,
  }: Place & {
    readonly claim: ViewPeers['claim'];
    readonly isOver: (engine: ViewEngine) => Promise<boolean>;
  },
): Promise<void> {
  const database: ViewDatabase = Object.create(made);
  database.openPeers = () => ({ ...unrelated, claim });
  const options = { log, database, views: [view], rebuildBeyond: Infinity };
  const engine = new ViewEngine({ ...options, partitions, pageSize });
  await engine.start();
  for (let asked = 0; !(await isOver(engine)); asked++) {
    if (asked > patience)
      throw new Error(`The view does not go on: ${JSON.stringify(await stateOf(engine))}`);
    await engine.waitFor(behindAll, 'all', askMs);
  }
  await engine.stop();
}

const stateOf = async (engine: ViewEngine) =>
  (await engine.status()).map(({ state, problem, partitions }) => ({ state, problem, partitions }));

/** Wherever the partitions stand: what they have taken is right, and so is the past up to where all of them are. */
async function expectRightSoFar({
  view,
  log,
  database,
  replayed,
}: Place & { readonly replayed: (upTo?: Position) => Promise<string> }): Promise<void> {
  const { compared, drifts } = await driftOf({ log, database, views: [view] });
  expect(drifts).toEqual([]);
  const { position: upTo } = compared[0]!;
  expect(await fingerprintOf(database, view, { upTo })).toBe(await replayed(upTo));
}
