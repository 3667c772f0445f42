import fc from 'fast-check';
import { fingerprintOf } from '../rebuild/drift';
import { replayViews } from '../replay';
import { decodeRow } from './codec';
import { recorded, RecordedLog } from '../testing';
import { viewsAfter, viewStore } from '../testing/stores';
import { rowView, type Row, type ViewTable } from '../view';
import { streamName } from '@platform/kernel';

/* Every value that a column may hold comes back as it went in, by whichever way it was written. */

const columns = {
  id: 'text',
  number: 'integer',
  measure: 'real',
  yes: 'boolean',
  detail: 'json',
  place: 'position',
  bytes: 'blob',
} as const;
const plain = { name: 'value', columns, key: ['id', 'number'] } as const satisfies ViewTable;
const past = {
  name: 'value_history',
  columns,
  key: ['id', 'number'],
  history: true,
} as const satisfies ViewTable;

const values = rowView({
  name: 'values',
  version: 1,
  tables: [plain, past],
  on: {
    Valued: [plain, past].map(({ name }) => ({
      table: name,
      key: ({ data }) => [String(data.id), Number(data.number)],
      fold: (_, { data, position }) => ({
        ...(data as Row),
        place: position,
        bytes: data.bytes === null ? null : Uint8Array.from(data.bytes as readonly number[]),
      }),
    })),
  },
});

/** Texts that quoting, escaping and copying have to get right. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\\N', '\\.', 'a\tb\nc\r\\', '"quoted", {braced}', 'NULL', "it's", '😀é', 'a\u0000b'),
);
const row = fc.record({
  id: text,
  number: fc.maxSafeInteger(),
  measure: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  yes: fc.option(fc.boolean()),
  detail: fc.jsonValue(),
  bytes: fc.option(fc.array(fc.nat(255), { maxLength: 20 })),
});

const stream = streamName('counter', 'a');
const eventsOf = (rows: readonly object[]) =>
  recorded(rows.map(data => ({ stream, event: { type: 'Valued', data: { ...data } } })));

test('any row comes back, and is the same on every engine', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(row, { minLength: 1, maxLength: 12, selector: ({ id, number }) => `${id} ${number}` }),
      async rows => {
        const log = new RecordedLog(eventsOf(rows));
        const [here, memory] = [await viewsAfter(log, [values]), await replayViews(log, [values])];
        try {
          expect(await fingerprintOf(here, values)).toBe(await fingerprintOf(memory, values));
          const found = await here
            .reader()
            .selectFrom('value')
            .selectAll()
            .orderBy('place', 'desc')
            .execute();
          const last = rows.at(-1)!;
          expect(decodeRow(plain, found[0]!)).toEqual({
            ...JSON.parse(JSON.stringify(last)),
            measure: last.measure === 0 ? 0 : last.measure,
            id: last.id.replaceAll('\u0000', '\ufffd'),
            place: BigInt(3 * rows.length),
            bytes: last.bytes && Uint8Array.from(last.bytes),
          });
        } finally {
          await Promise.all([here.close(), memory.close()]);
        }
      },
    ),
    { numRuns: viewStore().runs(40) },
  );
});

test('so many rows that they are copied come back as few do', async () => {
  const odd = ['\\N', '\\.', 'a\tb', 'c\nd', 'e\\f', 'g\r', '', '😀'];
  const rows = Array.from({ length: 600 }, (_, number) => ({
    ...{
      id: odd[number % odd.length]!,
      number,
      measure: number % 3 === 0 ? null : number / 7,
      yes: number % 2 === 0,
    },
    ...{ detail: { text: odd[number % odd.length] }, bytes: number % 5 === 0 ? null : [number % 256, 92, 0] },
  }));
  const log = new RecordedLog(eventsOf(rows));
  const [many, one] = [await viewsAfter(log, [values]), await replayViews(log, [values])];
  expect(await fingerprintOf(many, values)).toBe(await fingerprintOf(one, values));
  await Promise.all([many.close(), one.close()]);
});

test('a key with a NUL finds its row again', async () => {
  const twice = eventsOf([
    { id: 'a\u0000b', number: 1, measure: null, yes: true, detail: 1, bytes: null },
    { id: 'a\u0000b', number: 1, measure: null, yes: false, detail: 2, bytes: null },
  ]);
  const views = await viewsAfter(new RecordedLog(twice), [values], { pageSize: 1 });
  expect(await views.reader().selectFrom('value').select(['id', 'yes']).execute()).toEqual([
    { id: 'a\ufffdb', yes: 0 },
  ]);
  await views.close();
});
