import { toPosition } from '@platform/kernel';
import { LogUnavailable } from '@platform/event-log';
import { fingerprintOf } from './rebuild/drift';
import { reactionCheckpoints } from './reaction-checkpoints';
import { rebuildViews } from './rebuild/rebuild';
import { counted, recorded, RecordedLog } from './testing';
import {
  arrive,
  closeAll,
  engineOf,
  madeViews,
  alone,
  patienceMs,
  replayedFingerprint,
  statusOf,
  thirtyEvents as events,
  twice,
} from './testing/engines';
import { sums, trail } from './testing/toy-views';
import { type View } from './view';
import type { RowAccess } from './sql/writer';
import type { ViewDatabase } from './view-database';

afterEach(closeAll);

describe('when something fails', () => {
  const broken: View = {
    ...trail,
    name: 'broken',
    tables: [{ ...trail.tables[0]!, name: 'broken' }],
    project(page, rows) {
      for (const event of page) {
        if (event.position === events[14]!.position) throw new Error('what is this?');
        rows.put('broken', { position: event.position, type: event.type }, event.position);
      }
    },
  };

  test('a view that cannot take an event stops exactly before it, loudly and alone', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const problems: unknown[] = [];
    const engine = engineOf({
      log,
      database,
      views: [broken, sums],
      onProblem: problem => problems.push(problem),
    });
    await engine.start();
    await arrive(engine, log, ['sums']);
    expect(await engine.waitFor(events[13]!.position, ['broken'], patienceMs)).toBe(true);
    expect(await engine.waitFor(events[14]!.position, ['broken'], patienceMs)).toBe(false);
    const status = await statusOf(engine, 'broken');
    expect(status).toMatchObject({ state: 'failed', position: events[13]!.position, lag: 48 });
    expect(status.problem).toBe('It cannot take the event at position 45 (Counted): what is this?');
    expect(problems).toMatchObject([{ view: 'broken', state: 'failed' }]);
    log.add(...recorded([counted('a', 1)], log.all));
    await arrive(engine, log, ['sums']);
    expect((await statusOf(engine, 'broken')).position).toBe(events[13]!.position);
  });

  test('rows of the wrong type fail their view, and no other', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const wrongRows: View = {
      ...broken,
      project: (page, rows) => rows.put('broken', { position: 'x', type: 'y' }, page[0]!.position),
    };
    const engine = engineOf({ log, database, views: [wrongRows, sums] });
    await engine.start();
    await arrive(engine, log, ['sums']);
    expect(await engine.waitFor(events[0]!.position, ['broken'], patienceMs)).toBe(false);
    expect(await statusOf(engine, 'broken')).toMatchObject({ state: 'failed', position: -1n });
  });

  test('rows that the database refuses fail their view, and no other', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const transaction = database.writer.transaction.bind(database.writer);
    database.writer.transaction = (work, options) =>
      transaction(({ db, rows }) => {
        const find = rows.find.bind(rows);
        const write: RowAccess['write'] = changes => {
          if (changes.table.table.name === 'trail') throw new Error('constraint');
          return rows.write(changes);
        };
        return work({ db, rows: { find, write } });
      }, options);
    const engine = engineOf({ log, database });
    await engine.start();
    await arrive(engine, log, ['sums']);
    expect(await engine.waitFor(events[0]!.position, ['trail'], patienceMs)).toBe(false);
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
  });

  test('a death between rows and checkpoint leaves neither; the next start takes the events again', async () => {
    const log = new RecordedLog(events);
    const made = await madeViews();
    const dying = await made.open();
    const transaction = dying.writer.transaction.bind(dying.writer);
    let commits = 0;
    // From the third transaction on (tables, first page, second page) nothing comes to its end.
    dying.writer.transaction = (work, options) =>
      transaction(async within => {
        const result = await work(within);
        if (++commits >= 3) throw new Error('killed');
        return result;
      }, options);
    const first = engineOf({ log, database: dying, pageSize: 10 });
    await first.start();
    expect(await first.waitFor(events[9]!.position, 'all', patienceMs)).toBe(true);
    expect(await first.waitFor(events[10]!.position, 'all', patienceMs)).toBe(false);
    expect(await fingerprintOf(dying, trail)).toBe(
      await replayedFingerprint(new RecordedLog(events.slice(0, 10)), trail),
    );
    await first.stop();
    const database = await made.open();
    const second = engineOf({ log, database });
    await second.start();
    await arrive(second, log);
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
    expect(await fingerprintOf(database, trail)).toBe(await replayedFingerprint(log, trail));
  });

  test('waits while the log does not answer, says so, and goes on when it does', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const read = log.readAll.bind(log);
    let down = true;
    log.readAll = async page => {
      if (down) throw new LogUnavailable('no answer', 'not written');
      return read(page);
    };
    let told: (state: string) => void = () => undefined;
    const problem = new Promise<string>(resolve => (told = resolve));
    const engine = engineOf({ log, database, onProblem: ({ state }) => told(state) });
    await engine.start();
    expect(await problem).toBe('waiting');
    expect(await statusOf(engine, 'sums')).toMatchObject({
      state: 'waiting',
      problem: expect.stringContaining('no answer'),
    });
    down = false;
    await arrive(engine, log);
    const status = await statusOf(engine, 'sums');
    expect(status.state).not.toBe('waiting');
    expect(status.problem).toBeUndefined();
  });
});

describe('another log than the views were computed from', () => {
  async function viewsOf(log: RecordedLog): Promise<ViewDatabase> {
    const database = await alone();
    const engine = engineOf({ log, database });
    await engine.start();
    await arrive(engine, log);
    await engine.stop();
    return database;
  }

  test('refuses a log that ends before them', async () => {
    const log = new RecordedLog(events);
    const database = await viewsOf(log);
    log.cutTo(20);
    await expect(engineOf({ log, database }).start()).rejects.toThrow(
      /computed up to position 90, but the event log ends at 60.*`ledger rebuild`/s,
    );
    log.cutTo(0);
    await expect(engineOf({ log, database }).start()).rejects.toThrow('the event log is empty');
  });

  test('takes the log after a rebuild, and lets reactions begin again that stood behind its end', async () => {
    const log = new RecordedLog(events);
    const database = await viewsOf(log);
    const reactions = reactionCheckpoints(database);
    await reactions.advance('ahead', undefined, events[25]!.position);
    await reactions.advance('behind', undefined, events[5]!.position);
    log.cutTo(20);
    await rebuildViews({ log, database, all: [sums, trail], views: 'all' });
    const engine = engineOf({ log, database });
    await engine.start();
    log.add(...recorded([counted('c', 5)], log.all));
    await arrive(engine, log);
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
    expect(await reactions.read('ahead')).toBeUndefined();
    expect(await reactions.read('behind')).toBe(events[5]!.position);
  });

  test('refuses a log that ends before a reaction, which would skip what is appended there', async () => {
    const log = new RecordedLog(events);
    const database = await viewsOf(log);
    await reactionCheckpoints(database).advance('ahead', undefined, toPosition(1_000));
    await expect(engineOf({ log, database }).start()).rejects.toThrow(
      /reaction "ahead" has followed the log up to position 1000, but the event log ends at 90.*`ledger rebuild`/s,
    );
    await rebuildViews({ log, database, all: [sums, trail], views: 'all' });
    const engine = engineOf({ log, database });
    await engine.start();
    await engine.stop();
  });

  test('refuses a log that holds another event there', async () => {
    const log = new RecordedLog(events);
    const database = await viewsOf(log);
    log.cutTo(29);
    log.add(...recorded([counted('c', 5)], log.all));
    await expect(engineOf({ log, database }).start()).rejects.toThrow('holds another event there');
  });
});

describe('views of another version', () => {
  const next: View = {
    ...sums,
    version: 2,
    tables: [{ ...sums.tables[0]!, indexes: [['total']] }, sums.tables[1]!],
  };

  test('are rebuilt beside, and then followed', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const first = engineOf({ log, database });
    await first.start();
    await arrive(first, log);
    await first.stop();
    const second = engineOf({ log, database, views: [next, trail] });
    await second.start();
    await arrive(second, log);
    log.add(...recorded([counted('a', 1)], log.all));
    await arrive(second, log);
    expect(await statusOf(second, 'sums')).toMatchObject({ version: 2, generation: 3, state: 'live' });
    expect(await fingerprintOf(database, sums)).toBe(await replayedFingerprint(log, sums));
  });

  test('stop the process that still has the old one', async () => {
    const [mine, theirs] = await twice();
    const log = new RecordedLog(events);
    const old = engineOf({ log, database: mine });
    await old.start();
    await arrive(old, log);
    const young = engineOf({ log, database: theirs, views: [next, trail] });
    await young.start();
    await arrive(young, log);
    log.add(...recorded([counted('a', 1)], log.all));
    await arrive(young, log);
    expect(await old.waitFor(await log.head(), ['sums'], patienceMs)).toBe(false);
    expect(await statusOf(old, 'sums')).toMatchObject({ state: 'superseded' });
    await arrive(old, log, ['trail']);
  });

  test('that cannot be rebuilt fail alone', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const first = engineOf({ log, database });
    await first.start();
    await arrive(first, log);
    await first.stop();
    const refusing: View = {
      ...next,
      project: () => {
        throw new Error('no');
      },
    };
    const second = engineOf({ log, database, views: [refusing, { ...trail, version: 2 }] });
    await second.start();
    await arrive(second, log, ['trail']);
    expect(await second.waitFor(await log.head(), ['sums'], patienceMs)).toBe(false);
    expect((await statusOf(second, 'sums')).problem).toContain('cannot take the events 3 to 90: no');
  });

  test('are built beside from the start when the log is long', async () => {
    const [database, log] = [await alone(), new RecordedLog(events)];
    const asked: (readonly string[])[] = [];
    const engine = engineOf({
      log,
      database,
      rebuildBeyond: 10,
      rebuild: async views => void asked.push(views),
    });
    await engine.start();
    expect(await statusOf(engine, 'sums')).toMatchObject({
      state: expect.stringMatching(/rebuilding|failed/),
    });
    expect(asked[0]).toEqual(['sums', 'trail']);
  });
});
