import Database from 'better-sqlite3';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { chainEvents, derivedId, emptyStream, logStart, type ChainedEvent } from '@platform/kernel';
import { eachPage, SqliteEventLog } from '@platform/event-log';
import {
  headBehind,
  participantStream,
  someCircumstances,
  someEvent,
  temporaryFolder,
} from '@platform/event-log/testing';
import type { Row } from './row';

const batch = 100;
const rounds = 15;

/**
 * The log's rates on this machine. Ours and raw take turns, round by round, and the median of the rounds counts: other
 * processes disturb both alike.
 * @param events of one round
 */
export async function benchEventLog(events = 10_000): Promise<Row[]> {
  const ours: number[] = [];
  const raw: number[] = [];
  const read: number[] = [];
  const parsed: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const port = await batchedAppends(events);
    const plain = rawBatches(port.appended);
    if (round === 0) continue; // compilers warm up
    ours.push(port.appendsPerSecond);
    read.push(port.readsPerSecond);
    raw.push(plain.insertsPerSecond);
    parsed.push(plain.readsPerSecond);
  }
  const alone = await concurrentAppends(1, 2_000);
  const together = await concurrentAppends(32, 2_000);
  return [
    row(`durable appends, batches of ${batch}, against the engine's own inserts`, median(ours), median(raw)),
    {
      ...row(
        'durable single appends, 32 writers, against one at a time',
        together.perSecond,
        alone.perSecond,
      ),
      p99Ms: together.p99Ms,
    },
    row('reading the whole log, against the rows alone', median(read), median(parsed)),
  ];
}

const row = (what: string, ours: number, raw: number): Row => ({
  what,
  ours: Math.round(ours),
  raw: Math.round(raw),
  unit: 'events/s',
  ratio: Number((ours / raw).toFixed(2)),
});

/** Hashed, chained and appended through the port: what a command's events cost from the decision to the disk. */
async function batchedAppends(events: number) {
  const folder = temporaryFolder();
  const log = SqliteEventLog.open({ folder: folder.path });
  const contents = Array.from({ length: batch }, (_, index) => someEvent(index));
  const appended: ChainedEvent[] = [];
  const started = performance.now();
  for (let i = 0; i < events / batch; i++) {
    const stream = participantStream(`03-${i}`);
    const command = { id: derivedId(stream), type: 'RecordMeasurement', fingerprint: '5c'.repeat(32) };
    const chained = chainEvents(stream, emptyStream, contents, someCircumstances({ command }));
    await log.append(stream, -1, chained);
    appended.push(...chained);
  }
  const appendsPerSecond = perSecond(events, started);
  const readingStarted = performance.now();
  let readEvents = 0;
  for await (const page of eachPage(log, { after: logStart })) readEvents += page.length;
  const readsPerSecond = perSecond(readEvents, readingStarted);
  await log.close();
  folder.remove();
  return { appendsPerSecond, readsPerSecond, appended };
}

/** The same events as JSON into the same table and indexes, by the engine alone as it comes, with the same fsync. */
function rawBatches(events: readonly ChainedEvent[]) {
  const folder = temporaryFolder();
  const db = new Database(join(folder.path, 'raw.sqlite'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE event (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL,
    id TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL, log_time INTEGER NOT NULL,
    UNIQUE (stream, revision)) STRICT; CREATE INDEX event_by_log_time ON event (log_time)`);
  const insert = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
  const started = performance.now();
  for (let from = 0; from < events.length; from += batch) {
    begin.run();
    events.slice(from, from + batch).forEach(({ stream, revision, id, type, data, metadata }, index) => {
      const recordedAt = Date.parse(metadata.recordedAt);
      insert.run(
        from + index,
        stream,
        revision,
        id,
        type,
        JSON.stringify(data),
        JSON.stringify(metadata),
        recordedAt,
      );
    });
    commit.run();
  }
  const insertsPerSecond = perSecond(events.length, started);
  const readingStarted = performance.now();
  const select = db.prepare('SELECT * FROM event WHERE position > ? ORDER BY position LIMIT 5000').raw();
  for (let after = -1; after < events.length - 1; after += 5_000) select.all(after);
  const readsPerSecond = perSecond(events.length, readingStarted);
  db.close();
  folder.remove();
  return { insertsPerSecond, readsPerSecond };
}

/** Writers that each append one event, wait for it, and go on, each to a stream of its own. */
async function concurrentAppends(writers: number, milliseconds: number) {
  const folder = temporaryFolder();
  const log = SqliteEventLog.open({ folder: folder.path });
  const latencies: number[] = [];
  const started = performance.now();
  const write = async (writer: number) => {
    const stream = participantStream(`03-${writer}`);
    let head = emptyStream;
    while (performance.now() - started < milliseconds) {
      const before = performance.now();
      const command = {
        id: derivedId(stream, String(head.revision)),
        type: 'RecordMeasurement',
        fingerprint: '',
      };
      const chained = chainEvents(stream, head, [someEvent()], someCircumstances({ command }));
      await log.append(stream, head.revision, chained);
      head = headBehind(chained);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const rate = perSecond(latencies.length, started);
  await log.close();
  folder.remove();
  latencies.sort((a, b) => a - b);
  return { perSecond: rate, p99Ms: Number((latencies[Math.floor(latencies.length * 0.99)] ?? 0).toFixed(2)) };
}

const perSecond = (count: number, startedMs: number): number =>
  count / ((performance.now() - startedMs) / 1_000);

const median = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;

if (require.main === module) {
  void benchEventLog().then(rows => console.table(rows));
}
