/*
 * Appends through the port with several writers at once, until somebody ends it: one JSON line on standard output for
 * each append, written after its promise has resolved. Arguments: the data folder, and a name for its own streams.
 */
import { writeSync } from 'node:fs';
import {
  derivedId,
  emptyStream,
  headOf,
  type RecordedEvent,
  type StreamHead,
  type StreamName,
} from '@platform/kernel';
import { eachOfStream, SqliteEventLog, WrongExpectedRevision, type EventLog } from '@platform/event-log';
import { participantStream, someEvents } from '@platform/event-log/testing';

const ownStreams = 6;

async function lastEvents(log: EventLog, stream: StreamName): Promise<RecordedEvent[]> {
  let last: RecordedEvent[] = [];
  for await (const event of eachOfStream(log, stream)) last = [...last.slice(-2), event];
  return last;
}

/** What the process before this one may have left without an answer: repeated, it must be found written, once. */
async function repeatLast(log: EventLog, stream: StreamName): Promise<StreamHead> {
  const last = await lastEvents(log, stream);
  const [first] = last;
  if (!first) return emptyStream;
  const { repeated } = await log.append(stream, first.revision - 1, last);
  if (!repeated) throw new Error('What was in the log was written again.');
  return headOf(last.at(-1) ?? first);
}

async function appendForEver(log: EventLog, stream: StreamName, writer: string): Promise<never> {
  let head = await repeatLast(log, stream);
  for (;;) {
    const command = derivedId(writer, stream, String(head.revision));
    const events = someEvents(stream, { head, count: 1 + ((head.revision + 1) % 4), command });
    try {
      const { position } = await log.append(stream, head.revision, events);
      // The kernel has the line when this returns, whatever becomes of this process.
      writeSync(1, `${JSON.stringify({ position: position.toString(), ids: events.map(({ id }) => id) })}\n`);
      head = headOf(events.at(-1) ?? events[0]!);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      head = headOf((await lastEvents(log, stream)).at(-1)!);
    }
  }
}

const [folder = '', writer = ''] = process.argv.slice(2);
const log = SqliteEventLog.open({ folder });
const shared = participantStream('shared');
const streams = Array.from({ length: ownStreams }, (_, index) => participantStream(`${writer}-${index}`));
void Promise.all(
  [...streams, shared, shared].map((stream, index) => appendForEver(log, stream, `${writer}${index}`)),
);
