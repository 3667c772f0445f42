import { QueryRejected, type QueryContext } from '@platform/commands';
import { eachOfStream } from '@platform/event-log';
import { absent, type StreamName } from '@platform/kernel';
import { entryFor, isVisible, type TrailEntry } from './domain/trail-entry';
import type { TrailLine } from './domain/trail-lines';

/** One value that a data point has had: the line, and who wrote it, when and why. */
export type DataPointValue = TrailLine & Omit<TrailEntry, 'lines'>;

export interface DataPointHistory {
  readonly stream: string;
  readonly event?: string;
  readonly field: string;
  /** In the order of their recording; the last one is what holds. */
  readonly values: readonly DataPointValue[];
}

interface DataPoint {
  readonly stream: string;
  readonly event?: string;
  readonly field: string;
}

/**
 * All values of a data point over time: as it was entered by an event, and as later events corrected it. Without an
 * event, the field through the whole stream.
 * @throws QueryRejected when there is no such data point, or none that this caller may see
 */
export async function dataPointHistory(
  { stream, event, field }: DataPoint,
  { log, scope, standsAt }: Pick<QueryContext, 'log' | 'scope' | 'standsAt'>,
): Promise<DataPointHistory> {
  const values: DataPointValue[] = [];
  for await (const recorded of eachOfStream(log, stream as StreamName, { upTo: standsAt })) {
    if (!isVisible(recorded, scope)) continue;
    const { lines, ...entry } = entryFor(recorded, scope);
    const writer = entry.corrects?.event ?? entry.event;
    if (event !== undefined && writer !== event) continue;
    for (const line of lines) if (isWithin(line.field, field)) values.push({ ...line, ...entry });
  }
  if (values.length > 0) return { stream, ...(event !== undefined && { event }), field, values };
  throw new QueryRejected(
    absent(
      'AUDIT-DATA-POINT-UNKNOWN',
      'No such field was recorded in this stream, within your trial and sites.',
    ),
  );
}

/** Whether a line shows a field, or a part of it. */
const isWithin = (line: string, field: string): boolean =>
  line === field || line.startsWith(`${field}.`) || line.startsWith(`${field}[`);
