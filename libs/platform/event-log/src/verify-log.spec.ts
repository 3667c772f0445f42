import Database from 'better-sqlite3';
import { join } from 'node:path';
import { hashOf, toPosition, type RecordedEvent } from '@platform/kernel';
import { MemoryEventLog } from './memory-event-log';
import { SqliteEventLog } from './sqlite/sqlite-event-log';
import { headBehind, participantStream, someEvents, temporaryFolder } from './testing';
import { verifyLog } from './verify-log';

const [a, b] = [participantStream('03-001'), participantStream('03-002')] as const;

/** Positions 0–2 are of a, 3–5 of b, 6–7 of a again. */
async function someLog(folder: string): Promise<SqliteEventLog> {
  const log = SqliteEventLog.open({ folder });
  const first = someEvents(a, { count: 3 });
  await log.append(a, -1, first);
  await log.append(b, -1, someEvents(b, { count: 3, recordedAt: '2024-03-05T07:00:00.000Z' }));
  await log.append(
    a,
    2,
    someEvents(a, { count: 2, head: headBehind(first), recordedAt: '2024-03-06T08:00:00.000Z' }),
  );
  return log;
}

describe('verifying a log', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);
  let folders = 0;

  /** Verifies a log that somebody with the file in his hands has changed. */
  async function verifyAfter(change: (db: Database.Database) => void) {
    const path = join(folder.path, String(folders++));
    await (await someLog(path)).close();
    const db = new Database(join(path, 'events.sqlite'));
    const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all();
    triggers.forEach(name => db.exec(`DROP TRIGGER ${String(name)}`));
    change(db);
    db.close();
    const log = SqliteEventLog.open({ folder: path });
    const result = await verifyLog(log);
    await log.close();
    return {
      ...result,
      found: result.problems.map(({ position, stream, rule }) => [Number(position), stream, rule]),
    };
  }

  const changed = (statement: string) => verifyAfter(db => db.exec(statement));

  test('an untouched log is in order', async () => {
    expect(await changed('')).toMatchObject({ events: 8, streams: 2, problems: [], unlisted: 0 });
  });

  test('one changed character of the content is found, and where', async () => {
    const { found } = await changed(
      "UPDATE event SET data = replace(data, '89.5', '89.6') WHERE position = 1",
    );
    expect(found).toEqual([[1, a, 'HASH-MATCHES']]);
  });

  test.each([
    ['type', "'Other'"],
    ['id', "'0d8e6f0a-0000-5000-8000-000000000000'"],
    ['metadata', "replace(metadata, 'Coordinator 03-01', 'Somebody else')"],
    ['data', "'{}'"],
  ])('a changed %s is found', async (column, value) => {
    const { found } = await changed(`UPDATE event SET ${column} = ${value} WHERE position = 4`);
    expect(found).toEqual([[4, b, 'HASH-MATCHES']]);
  });

  test('an event whose hash was made to fit breaks the chain behind it', async () => {
    const { found } = await verifyAfter(db => {
      const [data, metadata] = db
        .prepare('SELECT data, metadata FROM event WHERE position = 0')
        .raw()
        .get() as string[];
      const forged = {
        stream: a,
        revision: 0,
        data: { ...JSON.parse(data ?? ''), visit: 'WEEK 4' },
        metadata: JSON.parse(metadata ?? ''),
      };
      const [id, type] = db.prepare('SELECT id, type FROM event WHERE position = 0').raw().get() as [
        string,
        string,
      ];
      const hash = hashOf({ ...forged, id, type });
      const update = db.prepare('UPDATE event SET data = ?, metadata = ? WHERE position = 0');
      update.run(JSON.stringify(forged.data), JSON.stringify({ ...forged.metadata, hash }));
    });
    expect(found).toEqual([[1, a, 'CHAIN-UNBROKEN']]);
  });

  test('a removed event leaves a gap in its stream and its chain', async () => {
    const { found, events } = await changed('DELETE FROM event WHERE position = 4');
    expect(found).toEqual([
      [5, b, 'REVISION-DENSE'],
      [5, b, 'CHAIN-UNBROKEN'],
    ]);
    expect(events).toBe(7);
  });

  test('two events that changed places are found', async () => {
    const { found } = await changed(`UPDATE event SET position = 100 WHERE position = 6;
      UPDATE event SET position = 6 WHERE position = 7; UPDATE event SET position = 7 WHERE position = 100`);
    expect(found).toEqual([
      [6, a, 'REVISION-DENSE'],
      [6, a, 'CHAIN-UNBROKEN'],
      [7, a, 'REVISION-DENSE'],
      [7, a, 'CHAIN-UNBROKEN'],
    ]);
  });

  test('a time of recording that was set back is found, and a changed time of the log', async () => {
    const earlier = await changed(
      "UPDATE event SET metadata = replace(metadata, '2024-03-06T08:00', '2024-03-01T08:00') WHERE position = 7",
    );
    expect(earlier.found).toContainEqual([7, a, 'TIME-FORWARD']);
    const { found } = await changed('UPDATE event SET log_time = log_time + 1 WHERE position = 7');
    expect(found).toEqual([[7, '', 'LOG-TIME']]);
  });

  test('what is no JSON, or no event, is named, and the rest is looked at', async () => {
    const { found, events } = await changed(`UPDATE event SET data = substr(data, 2) WHERE position IN (0, 3);
      UPDATE event SET metadata = 'null' WHERE position = 5;
      UPDATE event SET data = replace(data, '89.5', '0') WHERE position = 7`);
    expect(found).toEqual([
      [0, '', 'READABLE'],
      [1, a, 'REVISION-DENSE'],
      [1, a, 'CHAIN-UNBROKEN'],
      [3, '', 'READABLE'],
      [4, b, 'REVISION-DENSE'],
      [4, b, 'CHAIN-UNBROKEN'],
      [5, b, 'READABLE'],
      [7, a, 'HASH-MATCHES'],
    ]);
    expect(events).toBe(8);
  });

  test('it goes no further than asked, and tells how far it is', async () => {
    const log = await someLog(join(folder.path, 'part'));
    const progress: unknown[] = [];
    const result = await verifyLog(log, { upTo: toPosition(4), onProgress: each => progress.push(each) });
    expect(result).toMatchObject({ events: 5, streams: 2, problems: [] });
    expect(progress).toEqual([{ events: 5, position: 4n }]);
    await log.close();
  });

  /** Adapters that lose, repeat or never end. */
  class Unfaithful extends MemoryEventLog {
    constructor(private readonly spoil: (page: RecordedEvent[]) => RecordedEvent[]) {
      super();
    }

    override async readAll(page: Parameters<MemoryEventLog['readAll']>[0]): Promise<RecordedEvent[]> {
      return this.spoil(await super.readAll(page));
    }
  }

  test.each<[string, (page: RecordedEvent[]) => RecordedEvent[], string]>([
    ['loses an event', page => page.filter(({ revision }) => revision !== 1), 'REVISION-DENSE'],
    ['gives an event twice', page => page.flatMap(event => [event, event]), 'POSITION-RISES'],
    ['gives them in another order', page => page.toReversed(), 'POSITION-RISES'],
  ])('an adapter that %s is found out', async (_name, spoil, rule) => {
    const log = new Unfaithful(spoil);
    await log.append(a, -1, someEvents(a, { count: 4 }));
    const { problems } = await verifyLog(log);
    expect(problems.map(each => each.rule)).toContain(rule);
  });

  test('an adapter that never ends does not keep it for ever', async () => {
    const stored = new MemoryEventLog();
    await stored.append(a, -1, someEvents(a));
    const [event] = await stored.readStream(a);
    const log = new Unfaithful(() => [event as RecordedEvent]);
    await log.append(a, -1, someEvents(a));
    expect((await verifyLog(log)).problems[0]).toMatchObject({ rule: 'POSITION-RISES' });
  });
});
