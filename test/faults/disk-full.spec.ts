import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { emptyStream, hashOf, logStart, type ChainedEvent, type StreamHead } from '@platform/kernel';
import { eachPage, LogUnavailable, SqliteEventLog, verifyLog, type EventLog } from '@platform/event-log';
import {
  headBehind,
  logWithLittleRoom,
  participantStream,
  someEvents,
  temporaryFolder,
} from '@platform/event-log/testing';
import { smallDisk } from '../support/small-disk';

const full = { name: 'LogUnavailable', failure: 'storage full', outcome: 'not written' };

/** Several writers append until each is refused. What was acknowledged, and the append that was not, by writer. */
async function appendUntilFull(log: EventLog) {
  const acknowledged: ChainedEvent[] = [];
  const writers = ['01', '02', '03', '04'].map(async code => {
    const stream = participantStream(code);
    let head: StreamHead = emptyStream;
    for (;;) {
      const events = someEvents(stream, { count: 3, head, command: code });
      const refusal = await log.append(stream, head.revision, events).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refusal !== undefined) return { refusal, events };
      acknowledged.push(...events);
      head = headBehind(events);
    }
  });
  return { refused: await Promise.all(writers), acknowledged };
}

/** Exactly these events are in the log, and it is in order. */
async function expectExactly(log: EventLog, events: readonly ChainedEvent[]): Promise<void> {
  const hashes: string[] = [];
  for await (const page of eachPage(log, { after: logStart })) hashes.push(...page.map(hashOf));
  expect(hashes.toSorted()).toEqual(events.map(({ metadata }) => metadata.hash).sort());
  expect((await verifyLog(log)).problems).toEqual([]);
}

/** The disk is full, then there is room again: nothing acknowledged is lost, and the same appends go in. */
async function fillAndRecover(log: EventLog, giveRoom: () => void): Promise<ChainedEvent[]> {
  const { refused, acknowledged } = await appendUntilFull(log);
  expect(acknowledged.length).toBeGreaterThan(0);
  for (const { refusal } of refused) expect(refusal).toMatchObject(full);
  await expectExactly(log, acknowledged);

  giveRoom();
  for (const { events } of refused) {
    const [first] = events as [ChainedEvent];
    const { repeated } = await log.append(first.stream, first.revision - 1, events);
    expect(repeated).toBe(false);
  }
  const all = [...acknowledged, ...refused.flatMap(({ events }) => events)];
  await expectExactly(log, all);
  return all;
}

describe('a log whose file may not grow', () => {
  test('refuses, loses nothing, and goes on when it may', async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'events.sqlite');
    const { log, giveRoom } = logWithLittleRoom(file, 60);
    const all = await fillAndRecover(log, () => giveRoom(1_000));
    await log.close();
    const reopened = SqliteEventLog.open({ file });
    await expectExactly(reopened, all);
    await reopened.close();
    folder.remove();
  });
});

const disk = smallDisk(3);
if (!disk) {
  process.stderr.write('Skipped: a disk that is really full. Mounting one takes Linux and its root.\n');
}

(disk ? describe : describe.skip)('a disk of three megabytes', () => {
  const folder = (name: string): string => join(disk?.path ?? '', name);
  afterAll(() => disk?.remove());

  test('that is full refuses, loses nothing, and goes on when something was removed', async () => {
    const log = SqliteEventLog.open({ folder: folder('ledger') });
    disk?.fill(400);
    const all = await fillAndRecover(log, () => disk?.free());
    disk?.fill();
    // The write-ahead log has room that was used before: it takes some more, and then refuses again.
    const stream = participantStream('05');
    const more: ChainedEvent[] = [];
    const appendMore = async () => {
      const events = someEvents(stream, { count: 50, head: headBehind(more) });
      await log.append(stream, more.length - 1, events);
      more.push(...events);
      return appendMore();
    };
    await expect(appendMore()).rejects.toMatchObject(full);
    await expectExactly(log, [...all, ...more]);
    disk?.free();
    await log.close();
    const reopened = SqliteEventLog.open({ folder: folder('ledger') });
    await expectExactly(reopened, [...all, ...more]);
    await reopened.close();
  });

  test('that is full cannot take a new log', () => {
    mkdirSync(folder('late'));
    disk?.fill();
    expect(() => SqliteEventLog.open({ folder: folder('late') })).toThrow(
      expect.objectContaining({ failure: 'storage full' }),
    );
    disk?.free();
    expect(() => void SqliteEventLog.open({ folder: folder('late') }).close()).not.toThrow();
  });

  test('that is read-only says so', () => {
    disk?.makeReadOnly();
    expect(() => SqliteEventLog.open({ folder: folder('ledger') })).toThrow(LogUnavailable);
    expect(() => SqliteEventLog.open({ folder: folder('ledger') })).toThrow('read-only storage');
    expect(() => SqliteEventLog.open({ folder: folder('another') })).toThrow('read-only storage');
  });
});
