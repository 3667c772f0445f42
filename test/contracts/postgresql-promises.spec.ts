import { setTimeout as pause } from 'node:timers/promises';
import { streamName } from '@platform/kernel';
import {
  driftOf,
  openPostgresViews,
  rebuildViews,
  ViewEngine,
  ViewsUnfit,
  type ViewDatabase,
} from '@platform/views';
import { counted, openTestViews, recorded, RecordedLog, sums, totals, trail } from '@platform/views/testing';
import {
  ask,
  describeWithPostgres,
  ownSchema,
  postgresUrl,
  type OwnSchema,
} from '../support/postgresql/server';

/* What holds on PostgreSQL beside what holds on every engine. */

const patienceMs = 30_000;
const views = [sums, totals, trail];
const events = recorded(Array.from({ length: 400 }, (_, index) => counted('abcde'[index % 5]!, 1)));

describeWithPostgres('views on PostgreSQL', () => {
  let schema: OwnSchema;
  const opened: { close(): Promise<void> }[] = [];

  beforeEach(() => {
    schema = ownSchema();
  });

  afterEach(async () => {
    for (const one of opened.splice(0).toReversed()) await one.close();
    await schema.remove();
  });

  async function open(): Promise<ViewDatabase> {
    const database = await openPostgresViews({ url: schema.url, readers: 8 });
    opened.push(database);
    return database;
  }

  async function follow(log: RecordedLog, database: ViewDatabase): Promise<ViewEngine> {
    const engine = new ViewEngine({ log, database, views });
    opened.push({ close: () => engine.stop() });
    await engine.start();
    return engine;
  }

  const arrived = async (engine: ViewEngine, log: RecordedLog): Promise<boolean> =>
    engine.waitFor(await log.head(), 'all', patienceMs);

  const statesOf = async (engine: ViewEngine): Promise<readonly string[]> =>
    (await engine.status()).map(({ state }) => state);

  test('many processes that start at the same moment make schema and tables once', async () => {
    const log = new RecordedLog(events.slice(0, 50));
    const databases = await Promise.all(Array.from({ length: 8 }, open));
    const engines = await Promise.all(databases.map(database => follow(log, database)));
    for (const engine of engines) expect(await arrived(engine, log)).toBe(true);
    const generations = (await engines[0]!.status()).map(({ generation }) => generation);
    expect(generations).toEqual([1, 2, 3]);
    expect((await driftOf({ log, database: databases[3]!, views })).drifts).toEqual([]);
  });

  test('readers see no half, wait for no rebuild and never fail, whatever is swapped under them', async () => {
    const log = new RecordedLog(events.slice(0, 200));
    const database = await open();
    const engine = await follow(log, database);
    await arrived(engine, log);
    let reading = true;
    let looks = 0;
    /** Rows of the trail, which never become fewer; and their sum, which is that of the totals in one snapshot. */
    const readers = Array.from({ length: 5 }, async (_, index) => {
      let before = 0;
      while (reading) {
        looks++;
        const { rows, total } =
          index < 3 ? await counts(database) : await database.snapshot(snapshot => counts(snapshot));
        expect(rows).toBeGreaterThanOrEqual(before);
        if (index >= 3) expect(total).toBe(rows);
        before = rows;
      }
    });
    const streaming = (async () => {
      while (reading) {
        let rows = 0;
        for await (const _ of database.reader().selectFrom('trail').selectAll().stream(20)) {
          if (rows++ % 50 === 0) await pause(1);
        }
        expect(rows).toBeGreaterThanOrEqual(200);
      }
    })();
    for (let round = 0; round < 8; round++) {
      log.add(...events.slice(200 + round * 20, 220 + round * 20));
      await rebuildViews({ log, database, all: views, views: 'all', pageSize: 50 });
    }
    reading = false;
    await Promise.all([...readers, streaming]);
    expect(looks).toBeGreaterThan(20);
    expect(await arrived(engine, log)).toBe(true);
    expect((await driftOf({ log, database, views })).drifts).toEqual([]);
  });

  async function counts(of: Pick<ViewDatabase, 'reader'>): Promise<{ rows: number; total: number }> {
    const reader = of.reader();
    const { rows } = await reader
      .selectFrom('trail')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    const { total } = await reader
      .selectFrom('total')
      .select(({ fn }) => fn.sum<number>('total').as('total'))
      .executeTakeFirstOrThrow();
    return { rows, total };
  }

  test('a rebuild waits for a long snapshot, and the live views go on meanwhile', async () => {
    const log = new RecordedLog(events.slice(0, 50));
    const database = await open();
    const engine = await follow(log, database);
    await arrived(engine, log);
    let rebuilding: Promise<unknown> | undefined;
    await database.snapshot(async snapshot => {
      rebuilding = rebuildViews({ log, database, all: views, views: 'all' });
      // Long enough for it to want to swap, more than once.
      await pause(1_500);
      log.add(...events.slice(50, 60));
      expect(await arrived(engine, log)).toBe(true);
      expect((await engine.status()).map(({ generation }) => generation)).toEqual([1, 2, 3]);
      expect(await counts(snapshot)).toEqual({ rows: 50, total: 50 });
    });
    await rebuilding;
    expect(await counts(database)).toEqual({ rows: 60, total: 60 });
  });

  test('one process moves a view; another one takes over when its connections end', async () => {
    const log = new RecordedLog(events.slice(0, 50));
    const first = await follow(log, await open());
    await arrived(first, log);
    const second = await follow(log, await open());
    log.add(...events.slice(50, 100));
    // Who stands by knows how far the other one has come.
    expect(await arrived(second, log)).toBe(true);
    expect(await statesOf(first)).toEqual(['live', 'live', 'live']);
    expect(await statesOf(second)).toEqual(['standby', 'standby', 'standby']);
    await first.stop();
    log.add(...events.slice(100, 150));
    expect(await arrived(second, log)).toBe(true);
    expect(await statesOf(second)).toEqual(['live', 'live', 'live']);
  });

  test('partitions are shared among those who claim them', async () => {
    const database = await open();
    const parts = [1, 2, 3, 4].map(number => ({ name: `sums/${number}-of-4`, view: 'sums', of: 4 }));
    const wanted = [{ name: 'trail', view: 'trail', of: 1 }, ...parts];
    const join = () => {
      const peers = database.openPeers();
      opened.push(peers);
      return peers;
    };
    /** Asks those who take part until each holds its share; answers how many partitions each has. */
    const shares = async (
      peers: readonly ReturnType<typeof join>[],
      isSo: (sizes: readonly number[]) => boolean,
    ) => {
      for (;;) {
        const held: string[][] = [];
        for (const one of peers) held.push([...(await one.claim(wanted))]);
        const all = held.flat();
        // Nothing is ever held by two.
        expect(new Set(all).size).toBe(all.length);
        const sizes = held.map(names => names.filter(name => name !== 'trail').length);
        if (all.length === wanted.length && isSo(sizes)) return sizes;
        await pause(50);
      }
    };
    const first = join();
    expect(await shares([first], () => true)).toEqual([4]);
    const second = join();
    expect(await shares([first, second], ([mine]) => mine === 2)).toEqual([2, 2]);
    const others = [join(), join()];
    const four = [first, second, ...others];
    expect(await shares(four, sizes => Math.max(...sizes) === 1)).toEqual([1, 1, 1, 1]);
    for (const gone of [first, ...others]) await gone.close();
    expect(await shares([second], ([mine]) => mine === 4)).toEqual([4]);
    // Who wants them no more has no share in them.
    await second.claim([]);
    expect(await shares([join()], ([mine]) => mine === 4)).toEqual([4]);
  });

  test('who waits is told of what another process commits, long before it looks by itself', async () => {
    const log = new RecordedLog(events.slice(0, 10));
    const runs = await follow(log, await open());
    const database = await open();
    const peers = database.openPeers();
    opened.push(peers);
    let tell: (what: string) => void = () => undefined;
    const news = new Promise<string>(resolve => (tell = resolve));
    const ended = peers.onNews(() => tell('told'));
    await arrived(runs, log);
    // It listens once it is connected, which a claim waits for.
    await peers.claim([]);
    log.add(...events.slice(10, 20));
    expect(await news).toBe('told');
    ended();
  });

  test('who waits in one process has another one go on that stands back for something more urgent', async () => {
    const log = new RecordedLog(events.slice(0, 40));
    const standBack = (signal: AbortSignal): Promise<void> =>
      new Promise(resolve => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve());
      });
    const moving = new ViewEngine({ log, database: await open(), views, pageSize: 10, standBack });
    const waiting = new ViewEngine({ log, database: await open(), views });
    opened.push({ close: () => moving.stop() }, { close: () => waiting.stop() });
    await moving.start();
    expect(await arrived(waiting, log)).toBe(true);
    expect(await moving.positionOf('all')).toBe(await log.head());
  });

  test('texts are ordered by their bytes in a database with an order of its own, as SQLite orders them', async () => {
    const texts = [
      'b',
      'A',
      'a',
      'B',
      'ä',
      'z',
      'Z',
      '10',
      '9',
      'a b',
      'ab',
      'a-b',
      'é',
      'e\u0301',
      '😀',
      '\uffee',
    ];
    const log = new RecordedLog(
      recorded(
        texts.map(key => ({
          stream: streamName('counter', 'a'),
          event: { type: 'Counted', data: { key, by: 1 } },
        })),
      ),
    );
    const name = `test_${Date.now()}_${process.pid}`;
    await ask(
      `create database ${name} template template0 locale_provider icu icu_locale 'en-US' encoding 'UTF8'`,
    );
    try {
      const url = new URL(postgresUrl);
      url.pathname = name;
      const there = await openPostgresViews({ url: url.href });
      const here = await openTestViews();
      const orders: string[][] = [];
      for (const database of [there, here]) {
        await rebuildViews({ log, database, all: [totals], views: 'all' });
        const sorted = await database.reader().selectFrom('total').select('key').orderBy('key').execute();
        const behind = await database
          .reader()
          .selectFrom('total')
          .select('key')
          .where('key', '>', 'a')
          .execute();
        orders.push(
          [...sorted, null, ...behind.toSorted((a, b) => (a.key < b.key ? -1 : 1))].map(row => row?.key),
        );
        await database.close();
      }
      expect(orders[0]).toEqual(orders[1]);
      expect(orders[0]).toHaveLength(texts.length + 1 + 10);
    } finally {
      await ask(`drop database ${name} with (force)`);
    }
  });

  test('a database whose texts are not UTF-8 is refused, with what to do', async () => {
    const name = `test_latin_${Date.now()}_${process.pid}`;
    await ask(`create database ${name} template template0 encoding 'LATIN1' locale 'C'`);
    try {
      const url = new URL(postgresUrl);
      url.pathname = name;
      const opening = openPostgresViews({ url: url.href });
      await expect(opening).rejects.toThrow(ViewsUnfit);
      await expect(opening).rejects.toThrow(
        "its texts are LATIN1; make one with: create database NAME encoding 'UTF8'",
      );
    } finally {
      await ask(`drop database ${name} with (force)`);
    }
  });

  test.each([
    'http://127.0.0.1/views',
    'postgresql://127.0.0.1',
    'postgresql://u:swordfish@h/d?schema=A-b',
    'postgresql://u:swordfish@h/d?schema=pg_views',
    'nothing',
  ])('an address like %j is refused, and not quoted', async url => {
    const opening = openPostgresViews({ url });
    await expect(opening).rejects.toThrow(/address is not like postgresql:/);
    await expect(opening).rejects.not.toThrow(/swordfish/);
  });
});
