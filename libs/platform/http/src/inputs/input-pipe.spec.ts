import { Type } from 'class-transformer';
import { Allow, ArrayMaxSize, ValidateNested } from 'class-validator';
import { InputInvalid, InputPipe, IsNullable, IsOmittable, ReasonInput, type Violation } from '../index';
import { DustShelf, ListBooks, ShelveBook } from '../testing/library';

const pipe = new InputPipe();

async function violationsOf(
  value: unknown,
  metatype: new () => object = ShelveBook,
): Promise<readonly Violation[]> {
  const type = metatype === ListBooks ? 'query' : 'body';
  try {
    await pipe.transform(value, { type, metatype });
    return [];
  } catch (error) {
    if (error instanceof InputInvalid) return error.violations;
    throw error;
  }
}

const rulesOf = async (value: unknown, metatype?: new () => object): Promise<string[]> =>
  (await violationsOf(value, metatype)).map(({ field, rule }) => `${field}: ${rule}`);

const good = {
  title: 'Dune',
  pages: 412,
  unit: 'mm',
  zone: 'Asia/Shanghai',
  rare: false,
  printed: { at: '1965-08', zone: 'America/New_York' },
  chapters: [{ title: 'One', thickness: { value: 3, unit: 'mm' } }],
};

test('what is right becomes an instance of its class, with nothing converted', async () => {
  const input = await pipe.transform(good, { type: 'body', metatype: ShelveBook });
  expect(input).toBeInstanceOf(ShelveBook);
  expect(JSON.parse(JSON.stringify(input))).toEqual(good);
});

test.each<[string, object, string[]]>([
  ['a missing field', { title: undefined }, ['title: INPUT-TEXT']],
  ['null for a field that must be', { title: null }, ['title: INPUT-TEXT']],
  ['white space', { title: '  ' }, ['title: INPUT-TEXT']],
  ['a number for a text', { title: 1 }, ['title: INPUT-TEXT']],
  ['a text for a number', { pages: '412' }, ['pages: INPUT-NUMBER']],
  ['an empty text for a number', { pages: '' }, ['pages: INPUT-NUMBER']],
  ['a text for a truth', { rare: 'false' }, ['rare: INPUT-BOOLEAN']],
  ['null for an omittable field', { rare: null }, ['rare: INPUT-BOOLEAN']],
  ['an unknown field', { author: 'Herbert' }, ['author: INPUT-UNKNOWN-FIELD']],
  ['no unit', { unit: 'mmHg' }, ['unit: INPUT-UNIT']],
  ['a zone without a name', { zone: '+08:00' }, ['zone: INPUT-ZONE']],
  [
    'a day that does not exist',
    { printed: { at: '2026-02-31', zone: 'UTC' } },
    ['printed.at: INPUT-PARTIAL-DATE'],
  ],
  ['a week', { printed: { at: '2026-W01', zone: 'UTC' } }, ['printed.at: INPUT-PARTIAL-DATE']],
  ['a text for an object', { printed: '1965-08' }, ['printed: INPUT-OBJECT']],
  ['null for an object', { printed: null }, ['printed: INPUT-OBJECT']],
  ['a list for an object', { printed: [good.printed, { at: 'x', zone: 'UTC' }] }, ['printed: INPUT-NO-LIST']],
  ['an object for a list', { chapters: { title: 'One' } }, ['chapters: INPUT-LIST']],
  ['lists in a list', { chapters: [[]] }, ['chapters[0]: INPUT-LIST-IN-LIST']],
  ['nulls in a list', { chapters: [null] }, ['chapters[0]: INPUT-OBJECT']],
  ['a text in a list', { chapters: ['One'] }, ['chapters[0]: INPUT-OBJECT']],
  [
    'too long a list',
    { chapters: Array.from({ length: 4 }, () => ({ title: 'One' })) },
    ['chapters: INPUT-ARRAY-MAX-SIZE'],
  ],
  [
    'something deep inside',
    { chapters: [{ title: 'One' }, { title: 'Two', thickness: { value: 1, unit: 'ells', by: 'eye' } }] },
    ['chapters[1].thickness.by: INPUT-UNKNOWN-FIELD', 'chapters[1].thickness.unit: INPUT-UNIT'],
  ],
])('refuses %s', async (_, change, expected) => {
  expect(await rulesOf({ ...good, ...change })).toEqual(expected);
});

test('null is a value where the field says so, and an omittable field may be missing', async () => {
  expect(await rulesOf({ title: 'Dune', pages: null })).toEqual([]);
});

test('lists everything that is wrong, each with its path in the message', async () => {
  const violations = await violationsOf({ pages: 'x', printed: { at: 'x', zone: 'x' }, more: 1 });
  expect(new Set(violations.map(({ field }) => field))).toEqual(
    new Set(['more', 'pages', 'printed.at', 'printed.zone', 'title']),
  );
  expect(violations.find(({ field }) => field === 'printed.at')?.message).toMatch(
    /^printed\.at must be a date/,
  );
});

test('a class without fields takes none, and an absent body is one', async () => {
  expect(await rulesOf(undefined, DustShelf)).toEqual([]);
  expect(await rulesOf({}, DustShelf)).toEqual([]);
  expect(await rulesOf({ title: 'Dune' }, DustShelf)).toEqual(['title: INPUT-UNKNOWN-FIELD']);
});

test('numbers of a query string are read where the field says so; position parameters are not its fields', async () => {
  const query = { limit: '5', after: '12', asOf: '13' };
  expect(await pipe.transform(query, { type: 'query', metatype: ListBooks })).toEqual({ limit: 5 });
  expect(await rulesOf({ limit: '5x' }, ListBooks)).toEqual([
    'limit: INPUT-INT',
    'limit: INPUT-MAX',
    'limit: INPUT-MIN',
  ]);
  expect(await rulesOf({ limit: ['5', '6'] }, ListBooks)).not.toEqual([]);
});

class Why {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;

  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  second?: ReasonInput;

  @IsNullable()
  @ValidateNested()
  @Type(() => ReasonInput)
  third: ReasonInput | null;

  @Allow()
  value: unknown;
}

class Whys {
  @ArrayMaxSize(2)
  @ValidateNested({ each: true })
  @Type(() => Why)
  all: Why[];
}

test('an object that has to be there is missed, and so is a value that may be anything', async () => {
  const reason = { code: 'c', text: 't' };
  expect(await rulesOf({}, Why)).toEqual([
    'reason: INPUT-MISSING',
    'third: INPUT-MISSING',
    'value: INPUT-MISSING',
  ]);
  expect(await rulesOf({ reason, third: null, value: null }, Why)).toEqual([]);
  expect(await rulesOf({ all: [{ third: null, value: 0 }] }, Whys)).toEqual(['all[0].reason: INPUT-MISSING']);
});

test('a hundred thousand unknown fields get a short answer', async () => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
  expect(await violationsOf({ title: 'Dune', ...many })).toHaveLength(200);
  const more = { title: Array.from({ length: 100_001 }, () => 1) };
  expect(await rulesOf(more)).toEqual(
    ['title[0]: INPUT-TOO-MANY'].map(() => expect.stringContaining('INPUT-TOO-MANY')),
  );
});

test.each([Object, Array, String])('a body typed as %p is a mistake of the controller', async metatype => {
  await expect(pipe.transform({}, { type: 'body', metatype })).rejects.toThrow('must be the whole body');
});

test('what is neither body nor query passes as it is', async () => {
  const anything = { any: 'thing' };
  expect(await pipe.transform(anything, { type: 'custom', metatype: Object })).toBe(anything);
});
