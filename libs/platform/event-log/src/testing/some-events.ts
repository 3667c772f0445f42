import {
  chainEvents,
  derivedId,
  emptyStream,
  headOf,
  streamName,
  type ChainedEvent,
  type Circumstances,
  type DomainEvent,
  type StreamHead,
  type StreamName,
} from '@platform/kernel';

/** A participant's stream: `participant-NCT05794425.{code}`. */
export const participantStream = (code: string): StreamName => streamName('participant', 'NCT05794425', code);

/** Circumstances as a coordinator's command has them; what a test is about is given, the rest is plausible. */
export function someCircumstances(given: Partial<Circumstances> = {}): Circumstances {
  const recordedAt = given.recordedAt ?? '2024-03-05T08:15:00.000Z';
  const id = given.command?.id ?? derivedId('a command', recordedAt);
  return {
    recordedAt,
    enteredAt: recordedAt,
    actor: {
      user: 'u-0301',
      printedName: 'Coordinator 03-01',
      role: 'coordinator',
      organisation: 'Site 03',
      site: '03',
    },
    source: 'person',
    address: '192.0.2.17',
    subject: { trial: 'NCT05794425', site: '03' },
    command: { id, type: 'RecordMeasurement', fingerprint: '5c'.repeat(32) },
    correlationId: id,
    software: 'trial-ledger 0.1.0',
    protocolVersion: '1.0',
    ...given,
  };
}

/** A laboratory value, about 150 bytes of content. */
export const someEvent = (value = 88.5): DomainEvent => ({
  type: 'MeasurementRecorded',
  data: {
    test: 'CREAT',
    result: { value, unit: 'umol/L' },
    specimen: 'serum',
    visit: 'SCREENING',
    method: 'enzymatic',
    comment: 'fasting; drawn again because of haemolysis',
  },
  occurredAt: { at: '2024-03-05T10:30', zone: 'Asia/Shanghai' },
});

export interface SomeEvents {
  /** How many; 1 unless given. */
  readonly count?: number;
  /** Where the stream stands; before its first event unless given. */
  readonly head?: StreamHead;
  /** UTC instant of recording. */
  readonly recordedAt?: string;
  /** Another one for the same place makes other ids; the same one makes the same ids. */
  readonly command?: string;
  /** Content, to be told apart by. */
  readonly value?: number;
}

/** Chained events ready to be appended behind a stream's head. */
export function someEvents(stream: StreamName, given: SomeEvents = {}): ChainedEvent[] {
  const { count = 1, head = emptyStream, recordedAt = '2024-03-05T08:15:00.000Z', value = 88.5 } = given;
  const id = derivedId(given.command ?? 'a command', stream, String(head.revision));
  const events = Array.from({ length: count }, (_, index) => someEvent(value + index));
  const command = { id, type: 'RecordMeasurement', fingerprint: '5c'.repeat(32) };
  return chainEvents(stream, head, events, someCircumstances({ recordedAt, command }));
}

/** The head behind some events. */
export const headBehind = (events: readonly ChainedEvent[]): StreamHead => {
  const last = events.at(-1);
  return last ? headOf(last) : emptyStream;
};

/** First events of a stream whose texts have together exactly so many bytes, evenly divided among them. */
export function sizedEvents(stream: StreamName, count: number, bytes: number): ChainedEvent[] {
  const filledWith = (fill: number) => {
    const events = Array.from({ length: count }, (_, index) => {
      const length = Math.floor(fill / count) + (index < fill % count ? 1 : 0);
      // The first letters have two bytes each, so that nobody passes who counts letters.
      return { type: 'NoteRecorded', data: { note: 'é'.repeat(1_000) + 'x'.repeat(length) } };
    });
    return chainEvents(stream, emptyStream, events, someCircumstances());
  };
  return filledWith(bytes - bytesOf(filledWith(0)));
}

/** Size as the caps count it: content and metadata as UTF-8 JSON. */
const bytesOf = (events: readonly ChainedEvent[]): number =>
  events
    .flatMap(({ data, metadata }) => [data, metadata])
    .reduce((sum, each) => sum + Buffer.byteLength(JSON.stringify(each)), 0);
