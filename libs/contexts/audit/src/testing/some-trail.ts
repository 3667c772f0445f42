import { toInstant, toPosition, type RecordedEvent, type StreamName } from '@platform/kernel';

/** What a test says of an entry; the rest is plausible. */
export interface SomeEntry {
  readonly type?: string;
  readonly data?: RecordedEvent['data'];
  readonly trial?: string;
  readonly site?: string;
  readonly participant?: string;
  readonly user?: string;
  readonly stream?: string;
  readonly metadata?: Partial<RecordedEvent['metadata']>;
}

const start = Date.parse('2024-03-05T08:00:00.000Z');

/**
 * Events as a log would hold them, one minute and an uneven number of positions apart. Their hashes are no hashes: the
 * trail shows them, and proves nothing by them.
 */
export function someTrail(entries: readonly SomeEntry[]): RecordedEvent[] {
  const revisions = new Map<string, number>();
  return entries.map((entry, index) => {
    const { trial, site, participant, type = 'MeasurementRecorded', user = 'u-0301' } = entry;
    const stream = entry.stream ?? `participant-${trial ?? 'none'}.${participant ?? 'none'}`;
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const number = String(index).padStart(12, '0');
    return {
      position: positionOfEntry(index),
      stream: stream as StreamName,
      revision,
      id: `e0000000-0000-5000-8000-${number}`,
      type,
      data: entry.data ?? { test: 'WEIGHT', result: { value: 70 + index, unit: 'kg' } },
      metadata: {
        schemaVersion: 1,
        recordedAt: toInstant(start + index * 60_000),
        actor: { user, printedName: `Name of ${user}`, role: 'coordinator' },
        source: 'person',
        subject: { ...(trial && { trial }), ...(site && { site }), ...(participant && { participant }) },
        command: { id: `c0000000-0000-7000-8000-${number}`, type: `Record ${type}`, fingerprint: 'f' },
        correlationId: `c0000000-0000-7000-8000-${number}`,
        software: 'trial-ledger/test',
        previousHash: revision === 0 ? '' : `hash of ${stream} ${revision - 1}`,
        hash: `hash of ${stream} ${revision}`,
        ...entry.metadata,
      },
    };
  });
}

/** Positions with gaps, as every log may have them. */
export const positionOfEntry = (index: number) => toPosition(index * 3 + (index % 2) + 1_000);

/** Numbers from 0 to 1 that are always the same ones for a seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
