import * as fc from 'fast-check';
import { canonicalJson, type EventMetadata } from '@platform/kernel';
import { readRow, UnreadableEvent, type EventRow } from './event-text';
import { readRowLazily } from './lazy-event';

/** Every member of an envelope; the compiler says when one is missing. */
const members = Object.keys({
  actor: true,
  address: true,
  causationId: true,
  command: true,
  correlationId: true,
  editCheck: true,
  enteredAt: true,
  facts: true,
  hash: true,
  occurredAt: true,
  previous: true,
  previousHash: true,
  protocolVersion: true,
  reason: true,
  recordedAt: true,
  schemaVersion: true,
  signature: true,
  software: true,
  source: true,
  subject: true,
} satisfies Record<keyof EventMetadata, true>) as (keyof EventMetadata)[];

const rowOf = (data: string, metadata: string): EventRow => [
  7,
  'site-T.01',
  3,
  'id',
  'Noted',
  data,
  metadata,
];

/** Texts and names that look like the places at which an envelope is cut. */
const misleading = fc.oneof(
  fc.constantFrom(...members),
  fc.constantFrom(
    '}',
    '{',
    '"',
    '\\',
    '\\"',
    ',"hash":',
    ',"recordedAt":"',
    '{"actor":{',
    '","reason":{',
    '}}',
  ),
  fc.string({ maxLength: 5 }),
);
const anything = fc.letrec<{ readonly value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    misleading,
    fc.constantFrom(null, true, 0, -1.5e30),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(misleading, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
/** With any members, also without those that every envelope has, and with others. */
const envelopes = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...members), anything, { maxKeys: 20, noNullPrototype: true }),
    fc.dictionary(misleading, anything, { maxKeys: 2, noNullPrototype: true }),
  )
  .map(([known, others]) => ({ ...others, ...known }));

describe('an event that is parsed as far as it is looked at', () => {
  it('answers member by member what the whole text holds, in whichever order it is asked', () => {
    const asked = fc.shuffledSubarray([...members], { minLength: 1 });
    fc.assert(
      fc.property(envelopes, asked, (envelope, order) => {
        const row = rowOf('{}', canonicalJson(envelope));
        const { metadata } = readRowLazily(row);
        const due = readRow(row).metadata;
        for (const name of order) expect([name, metadata[name]]).toEqual([name, due[name]]);
        expect(JSON.parse(JSON.stringify(metadata))).toEqual(JSON.parse(row[6]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('has the place and the data of its row', () => {
    const row = rowOf('{"a":[1,null]}', '{}');
    const { position, stream, revision, id, type, data } = readRowLazily(row);
    expect({ position, stream, revision, id, type, data, metadata: {} }).toEqual(readRow(row));
  });

  it('says which event is damaged, when somebody looks at the damage', () => {
    const damaged = readRowLazily(rowOf('{"a":', '{"actor":{"user":"u"}'));
    expect(damaged.type).toBe('Noted');
    expect(() => damaged.data).toThrow(UnreadableEvent);
    expect(() => damaged.metadata.subject).toThrow(UnreadableEvent);
  });
});
