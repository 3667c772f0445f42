import Database from 'better-sqlite3';
import { join } from 'node:path';
import { hashOf, headOf } from '@platform/kernel';
import { SqliteEventLog } from './sqlite-event-log';
import { eventLogContract, participantStream, someEvents, temporaryFolder } from '../testing';

eventLogContract('SqliteEventLog', {
  async open() {
    const folder = temporaryFolder();
    let log = SqliteEventLog.open({ folder: folder.path });
    const close = () => log.close().finally(folder.remove);
    const reopen = async () => {
      await log.close();
      return (log = SqliteEventLog.open({ folder: folder.path }));
    };
    return { log, reopen, close };
  },
});

describe('the file of the event log', () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'events.sqlite');
  const stream = participantStream('03-001');
  const events = someEvents(stream, { count: 3 });
  let log: SqliteEventLog;

  beforeAll(async () => {
    log = SqliteEventLog.open({ folder: folder.path });
    await log.append(stream, -1, events);
  });

  afterAll(async () => {
    await log.close();
    folder.remove();
  });

  test.each([
    ["UPDATE event SET type = 'Other'", 'never changed'],
    ["UPDATE event SET data = '{}' WHERE position = 1", 'never changed'],
    ['DELETE FROM event WHERE position = 2', 'never deleted'],
    ["INSERT OR REPLACE INTO event VALUES (1, 's', 0, 'i', 't', '{}', '{}', 0)", 'only at the end'],
    [`INSERT OR REPLACE INTO event VALUES (3, '${stream}', 1, 'i', 't', '{}', '{}', 0)`, 'only at the end'],
    ["INSERT INTO event VALUES (4, 's', 0, 'i', 't', '{}', '{}', 0)", 'only at the end'],
    [`INSERT INTO event VALUES (3, '${stream}', 4, 'i', 't', '{}', '{}', 0)`, 'only at the end'],
  ])('refuses, from whatever program: %s', async (statement, why) => {
    const other = new Database(file);
    expect(() => other.exec(statement)).toThrow(why);
    other.close();
    const stored = await log.readStream(stream);
    expect(stored.map(hashOf)).toEqual(events.map(({ metadata }) => metadata.hash));
  });

  test('who waits hears of what another process has written', async () => {
    const other = SqliteEventLog.open({ file });
    const heard = other.waitForNews(await other.head(), new AbortController().signal);
    const news = participantStream('03-010');
    await log.append(news, -1, someEvents(news));
    await expect(heard).resolves.toBeUndefined();
    await other.close();
  });

  test('two logs on one file take turns', async () => {
    const other = SqliteEventLog.open({ file });
    const head = await log.head();
    const streams = ['03-002', '03-003'].map(code => participantStream(code));
    const write = async (through: SqliteEventLog) => {
      for (let i = 0; i < 20; i++) {
        for (const each of streams) {
          const [before] = await through.readStream(each, { from: i - 1, limit: 1 });
          const next = someEvents(each, {
            head: i > 0 && before ? headOf(before) : undefined,
            command: String(i),
          });
          await through.append(each, i - 1, next);
        }
      }
    };
    // Both write the same: whoever comes second is answered as repeated.
    await Promise.all([write(log), write(other)]);
    expect(await other.readAll({ after: head, limit: 100 })).toHaveLength(40);
    await other.close();
  });

  test('an append of this process wakes at once, without looking for those of others', async () => {
    jest.useFakeTimers({
      now: Date.now(),
      doNotFake: ['setImmediate', 'setTimeout', 'nextTick', 'queueMicrotask'],
    });
    const woken = log.waitForNews(await log.head(), new AbortController().signal);
    const own = participantStream('03-009');
    await log.append(own, -1, someEvents(own));
    await expect(woken).resolves.toBeUndefined();
    jest.useRealTimers();
  });

  test('an append waits for another program that writes, and readers do not', async () => {
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const late = participantStream('03-004');
    const pending = log.append(late, -1, someEvents(late));
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(await log.readStream(late)).toEqual([]);
    other.exec('COMMIT');
    await expect(pending).resolves.toMatchObject({ lastRevision: 0 });
    other.close();
  });

  test('what was handed in before the end is written', async () => {
    const closing = SqliteEventLog.open({ file });
    const last = participantStream('03-005');
    const pending = closing.append(last, -1, someEvents(last));
    await closing.close();
    await pending;
    expect(await log.readStream(last)).toHaveLength(1);
  });
});
