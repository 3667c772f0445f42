import type { Actor, JsonValue, Position, Reason, RecordedEvent, ValueCorrected } from '@platform/kernel';

/** A value that was put right: the original entry, what stood there, what stands there now, and why. */
export interface CorrectionMade {
  /** Id of the correcting event. */
  readonly correction: string;
  readonly stream: string;
  /** Id of the event whose value was wrong. */
  readonly event: string;
  readonly field: string;
  readonly value: JsonValue;
  readonly previous: JsonValue;
  readonly reason?: Reason;
  readonly by: Actor;
  /** Server's instant, UTC. */
  readonly recordedAt: string;
}

/** Where each event of some streams stands in the log. */
export type Places = ReadonlyMap<string, Position>;

export const placesOf = (events: readonly RecordedEvent[]): Places =>
  new Map(events.map(({ id, position }) => [id, position]));

/** The corrections among some events, in the order of the log. */
export function correctionsIn(events: readonly RecordedEvent[]): CorrectionMade[] {
  return events
    .filter(({ type }) => type === 'ValueCorrected')
    .toSorted((a, b) => (a.position < b.position ? -1 : 1))
    .map(({ id, stream, data, metadata }) => ({
      correction: id,
      stream,
      ...(data as unknown as ValueCorrected['data']),
      previous: metadata.previous?.value ?? null,
      reason: metadata.reason,
      by: metadata.actor,
      recordedAt: metadata.recordedAt,
    }));
}
