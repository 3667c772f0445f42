import { eachPage, type EventLog } from '@platform/event-log';
import { logStart, type RecordedEvent } from '@platform/kernel';

/**
 * Writes the events of one log into another one, which is empty, in their order and as they are. Appends wait
 * side by side, so that the other log can write many of them with one fsync.
 *
 * If we die on the way, the other log holds the beginning of the history, every event of it sound; nobody
 * completes it.
 * @throws Error when an event does not come to stand where it stood: events cite the positions of others
 */
export async function copyLog(
  from: EventLog,
  to: EventLog,
  onProgress: (events: number) => void = () => {},
): Promise<void> {
  let copied = 0;
  for await (const page of eachPage(from, { after: logStart, pageSize: 1_000 })) {
    const runs = runsOf(page);
    const appended = await Promise.all(
      runs.map(events => to.append(events[0]!.stream, events[0]!.revision - 1, events)),
    );
    const moved = runs.findIndex((events, index) => events.at(-1)!.position !== appended[index]!.position);
    if (moved !== -1) throw new Error(`An event of ${runs[moved]![0]!.stream} came to stand elsewhere.`);
    copied += page.length;
    onProgress(copied);
  }
}

/** Neighbours of one stream together: one append each. */
function runsOf(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const runs: RecordedEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run?.[0]?.stream === event.stream) run.push(event);
    else runs.push([event]);
  }
  return runs;
}
