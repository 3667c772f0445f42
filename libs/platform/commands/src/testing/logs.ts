import { hashOf, logStart, type RecordedEvent } from '@platform/kernel';
import { eachPage, LogUnavailable, type EventLog, type LogFailure } from '@platform/event-log';

type Append = EventLog['append'];

/** A log whose appends go another way; everything else goes to the log behind. */
export const withAppend = (log: EventLog, append: Append): EventLog => ({
  append,
  readStream: (stream, page) => log.readStream(stream, page),
  readAll: page => log.readAll(page),
  readAt: positions => log.readAt(positions),
  head: () => log.head(),
  positionAt: epochMs => log.positionAt(epochMs),
  timeAt: position => log.timeAt(position),
  waitForNews: (after, signal) => log.waitForNews(after, signal),
  close: () => log.close(),
});

/** What becomes of an append: what the caller is told, and what is true. */
export interface Fault {
  readonly failure: LogFailure;
  readonly told: 'not written' | 'unknown';
  readonly written: boolean;
}

/** A log whose first appends fail, each in its own way. */
export function faultyLog(log: EventLog, faults: readonly Fault[]): EventLog {
  const left = [...faults];
  return withAppend(log, async (stream, revision, events) => {
    const fault = left.shift();
    if (!fault) return log.append(stream, revision, events);
    if (fault.written) await log.append(stream, revision, events);
    throw new LogUnavailable(fault.failure, fault.told);
  });
}

/** All events of a log, after a check that trusts nothing: dense streams, whole chains, times that never go back. */
export async function soundEvents(log: EventLog): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  const heads = new Map<string, RecordedEvent>();
  for await (const page of eachPage(log, { after: logStart })) {
    for (const event of page) {
      const before = heads.get(event.stream);
      expect(event.revision).toBe((before?.revision ?? -1) + 1);
      expect(event.metadata.previousHash).toBe(before?.metadata.hash ?? '');
      expect(event.metadata.hash).toBe(hashOf(event));
      expect(event.metadata.recordedAt >= (before?.metadata.recordedAt ?? '')).toBe(true);
      heads.set(event.stream, event);
      all.push(event);
    }
  }
  return all;
}
