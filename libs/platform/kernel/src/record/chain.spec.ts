import * as fc from 'fast-check';
import { canonicalJson, type JsonObject } from './canonical-json';
import { chainEvents, hashOf, headOf, textsOf } from './chain';
import { emptyStream, type ChainedEvent, type Circumstances } from './envelope';
import type { DomainEvent } from '../event';
import { eventIdOf } from '../ids';
import { streamName } from '../stream';

const stream = streamName('participant', 'NCT05794425', '03-007');

const circumstances: Circumstances = {
  recordedAt: '2024-03-05T08:15:00.000Z',
  enteredAt: '2024-03-05T08:14:58.000Z',
  actor: { user: 'u-0301', printedName: 'Coordinator 03-01', role: 'coordinator', site: '03' },
  source: 'person',
  subject: { trial: 'NCT05794425', site: '03', participant: '03-007' },
  command: {
    id: '0190b7a2-7c1e-7d3a-9d7a-2f6b6c0f3a11',
    type: 'RecordMeasurement',
    fingerprint: 'ab'.repeat(32),
  },
  correlationId: '0190b7a2-7c1e-7d3a-9d7a-2f6b6c0f3a11',
  software: 'trial-ledger 0.1.0',
};

const measured: DomainEvent = {
  type: 'MeasurementRecorded',
  data: { test: 'CREAT', result: { value: 88.5, unit: 'umol/L' } },
  occurredAt: { at: '2024-03-05T10:30', zone: 'Asia/Shanghai' },
};

const [first] = chainEvents(stream, emptyStream, [measured], circumstances) as [ChainedEvent];

describe('a chain of events', () => {
  const text = fc.string({ maxLength: 8 });
  const reason = fc.record({ code: text, text });
  const anyEvent: fc.Arbitrary<DomainEvent> = fc.record(
    {
      type: text,
      data: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
      occurredAt: fc.record({ at: fc.constant('2024-03'), zone: fc.constant('Asia/Shanghai') }),
      previous: fc.dictionary(text, fc.integer(), { maxKeys: 2 }),
      reason,
      about: fc.dictionary(text, text, { maxKeys: 2 }),
    },
    { requiredKeys: ['type', 'data'] },
  );
  const anyCircumstances: fc.Arbitrary<Circumstances> = fc
    .record(
      { address: text, causationId: text, facts: fc.constant([]), protocolVersion: text, reason },
      { requiredKeys: [] },
    )
    .map(more => ({ ...circumstances, ...more }));
  const anyChain = fc
    .tuple(fc.array(anyEvent, { maxLength: 5 }), anyCircumstances, fc.nat({ max: 3 }))
    .map(([events, given, behind]) => {
      const before = chainEvents(
        stream,
        emptyStream,
        Array.from({ length: behind }, () => measured),
        circumstances,
      );
      const last = before.at(-1);
      return { events, given, head: last ? headOf(last) : emptyStream };
    });

  test('has the hash of each event over its content and over the hash before it', () => {
    fc.assert(
      fc.property(anyChain, ({ events, given, head }) => {
        const chained = chainEvents(stream, head, events, given);
        let before = head;
        for (const event of chained) {
          expect(event.metadata.hash).toBe(hashOf(event));
          expect(event.metadata.previousHash).toBe(before.hash);
          expect(event.revision).toBe(before.revision + 1);
          before = headOf(event);
        }
        expect(chained.map(({ type, data }) => [type, data])).toEqual(
          events.map(({ type, data }) => [type, data]),
        );
        expect(chained.map(({ id }) => id)).toEqual(
          events.map((_, index) => eventIdOf(given.command.id, index)),
        );
      }),
    );
  });

  test('keeps the texts of its events, which are their canonical forms', () => {
    fc.assert(
      fc.property(anyChain, ({ events, given, head }) => {
        for (const event of chainEvents(stream, head, events, given)) {
          const texts = { data: canonicalJson(event.data), metadata: canonicalJson(event.metadata) };
          expect(textsOf(event)).toEqual(texts);
          expect(textsOf(JSON.parse(JSON.stringify(event)) as ChainedEvent)).toEqual(texts);
        }
      }),
    );
  });

  test('does not give the texts of an event to a copy with other content', () => {
    expect(textsOf({ ...first, data: { test: 'ALT' } })).toEqual({
      ...textsOf(first),
      data: '{"test":"ALT"}',
    });
    expect(Object.keys(first)).toEqual(['stream', 'revision', 'id', 'type', 'data', 'metadata']);
  });

  test('is never recorded before its head', () => {
    const earlier = { ...circumstances, recordedAt: '2024-03-05T08:14:00.000Z' };
    const [next] = chainEvents(stream, headOf(first), [measured], earlier);
    expect(next?.metadata.recordedAt).toBe(circumstances.recordedAt);
    const [later] = chainEvents(stream, headOf(first), [measured], {
      ...earlier,
      recordedAt: '2024-03-05T09:00:00.000Z',
    });
    expect(later?.metadata.recordedAt).toBe('2024-03-05T09:00:00.000Z');
  });

  test('of no events is empty', () => {
    expect(chainEvents(stream, emptyStream, [], circumstances)).toEqual([]);
  });
});

describe('the envelope', () => {
  test('takes from the event what is its own, and the rest from the command', () => {
    const corrected = {
      ...measured,
      about: { unit: 'U-17' },
      previous: { value: 8.85 },
      reason: { code: 'TYPO', text: 'misread' },
    };
    const given = { ...circumstances, reason: { code: 'QUERY', text: 'asked for by the monitor' } };
    const [one, two] = chainEvents(stream, emptyStream, [corrected, measured], given, {
      MeasurementRecorded: 3,
    });
    expect(one?.metadata).toMatchObject({
      schemaVersion: 3,
      subject: { trial: 'NCT05794425', participant: '03-007', unit: 'U-17' },
      previous: { value: 8.85 },
      reason: { code: 'TYPO', text: 'misread' },
      occurredAt: { at: '2024-03-05T10:30', zone: 'Asia/Shanghai' },
    });
    expect(two?.metadata.subject).toEqual(circumstances.subject);
    expect(two?.metadata.reason).toEqual(given.reason);
    expect(two && textsOf(two).metadata).not.toContain('previous"');
  });

  test('hashes today as it did yesterday', () => {
    // A stored hash must verify for ever: if this fails, the format was changed, and the change is what is wrong.
    // The hash was made by another program, from RFC 8785's text.
    expect(first.metadata.hash).toBe('1ef83af90acc754d1cccdf8be31186fa9ed47622a3a79433cb00cfe4208257b1');
  });

  test('has another hash as soon as anything in it is another', () => {
    const leaves = leafPaths(first as unknown as JsonObject).filter(
      path => path.join('.') !== 'metadata.hash',
    );
    expect(leaves.length).toBeGreaterThan(20);
    for (const path of leaves)
      expect([path, hashOf(withOther(first, path))]).not.toEqual([path, first.metadata.hash]);
  });
});

function leafPaths(value: JsonObject, path: readonly string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'object' && child !== null
      ? leafPaths(child as JsonObject, [...path, key])
      : [[...path, key]],
  );
}

function withOther(event: ChainedEvent, path: readonly string[]): ChainedEvent {
  const copy = JSON.parse(JSON.stringify(event)) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
  const key = path.at(-1) as string;
  const value = parent[key];
  parent[key] = typeof value === 'number' ? value + 1 : `${String(value)}!`;
  return copy as unknown as ChainedEvent;
}
