import fc from 'fast-check';

const dates = [
  ...['0001-01-01', '0000', '1880', '2013', '2023-08', '2024-02-29', '2024-03-02', '2024-03-04T07:45'],
  ...[
    '2024-03-05',
    '2024-03-05T16:00',
    '2024-03-10T02:30',
    '2024-12-31T23:59:59',
    '9999-12-31',
    '2026-02-31',
  ],
];
const zones = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Pacific/Apia', 'Etc/GMT+12', 'Nowhere/Land'];
const units = [
  'mg',
  'kg',
  '%',
  '1',
  '10*9/L',
  'U/L',
  '[IU]/L',
  'mmol/L',
  'Cel',
  '[degF]',
  'mg/kg/d',
  'L',
  'mmHg',
];
const codes = [
  'AA',
  'MDS',
  'ALT',
  'WEIGHT',
  'CSA',
  'UCB-MSC',
  'BID',
  'ECOG',
  'SYSBP',
  'toString',
  'x',
  'QD',
  'died',
];
const texts = [
  ...['', ' ', 'x', '💉'.repeat(20), '\u202egnorw', 'İstanbul', 'x'.repeat(5_000), '../../etc/passwd'],
  ...["'; DROP TABLE event; --", '${jndi:ldap://x}', '__proto__', 'constructor', '=1+1', '<b>'],
];
const numbers = [0, -0, 1, 2, 5, -1, 0.5, 0.1 + 0.2, 40, 1e6, 1e15, 1e21, 1e308, -1e308, 5e-324, 2 ** 53];
const uuids = ['0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21', '00000000-0000-0000-0000-000000000000'];

/** Values of every other kind. */
const oddities: readonly unknown[] = [
  ...[
    null,
    true,
    [],
    {},
    [[]],
    [null],
    { at: '2024-03-05', zone: 'Asia/Shanghai' },
    { value: 1, unit: 'mg' },
  ],
  ...[...dates, ...zones, ...units, ...codes, ...texts, ...numbers, ...uuids],
];

/** Values of the kind of one that is given: what passes the first look, and is met by what stands behind it. */
function similarTo(value: unknown): readonly unknown[] {
  if (typeof value === 'number') return numbers;
  if (typeof value === 'boolean') return [!value];
  if (typeof value !== 'string') return oddities;
  if (/^\d{4}(-|$)/.test(value)) return dates;
  if (value.includes('/') && zones.some(zone => zone.split('/')[0] === value.split('/')[0])) return zones;
  if (units.includes(value)) return units;
  if (/^[0-9a-f]{8}-/.test(value)) return uuids;
  return value.includes(' ') ? texts : [...codes, ...texts];
}

type Path = readonly (string | number)[];

/** One change of a body, somewhere. */
interface Mutation {
  readonly where: number;
  readonly how: 'similar' | 'replace' | 'remove' | 'add' | 'wrap' | 'repeat';
  readonly which: number;
  readonly value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.nat(),
  how: fc.oneof(
    { weight: 12, arbitrary: fc.constant('similar' as const) },
    { weight: 4, arbitrary: fc.constantFrom('remove' as const, 'repeat' as const) },
    { weight: 2, arbitrary: fc.constantFrom('replace' as const, 'add' as const, 'wrap' as const) },
  ),
  which: fc.nat(),
  value: fc.oneof(fc.constantFrom(...oddities), fc.jsonValue({ maxDepth: 3 })),
});

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, { maxLength: 3 });

/** A body with some mutations. */
export const mutated = (body: unknown, changes: readonly Mutation[]): unknown =>
  changes.reduce((changed, change) => {
    const paths = pathsOf(changed, change.how === 'similar' ? 'leaves' : 'all');
    const path = paths[change.where % Math.max(paths.length, 1)];
    return path ? changedAt(changed, path, change) : changed;
  }, body);

/** The places of a JSON value. */
function pathsOf(value: unknown, which: 'leaves' | 'all', path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) => pathsOf(each, which, [...path, key]));
  return which === 'all' ? [path, ...inner] : inner;
}

function changedAt(value: unknown, [key, ...rest]: Path, change: Mutation): unknown {
  if (key === undefined) return changedHere(value, change);
  const list = Array.isArray(value);
  const copy = Object.fromEntries(Object.entries(value as object)) as Record<string | number, unknown>;
  if (change.how === 'remove' && rest.length === 0) delete copy[key];
  else copy[key] = changedAt(copy[key], rest, change);
  return list ? Object.values(copy) : copy;
}

function changedHere(value: unknown, { how, which, value: given }: Mutation): unknown {
  if (how === 'similar') {
    const choice = similarTo(value);
    return choice[which % choice.length];
  }
  if (how === 'wrap') return [value];
  if (how === 'repeat')
    return Array.isArray(value) ? Array.from({ length: 40 }, () => value as unknown[]).flat() : value;
  if (how === 'add' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { ...value, [typeof given === 'string' ? given : 'more']: given };
  }
  return how === 'remove' ? {} : given;
}

/** A parameter of a query string as its schema wants it, or not at all. */
export const parameterLike = (schema: {
  readonly enum?: readonly string[];
  readonly type?: string;
}): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: plausible(schema) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...oddities)
        .map(odd => (typeof odd === 'string' ? odd : JSON.stringify(odd))),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
  );

function plausible({
  enum: words,
  type,
}: {
  readonly enum?: readonly string[];
  readonly type?: string;
}): fc.Arbitrary<string> {
  if (words) return fc.constantFrom(...words);
  if (type === 'integer' || type === 'number')
    return fc.constantFrom('1', '2', '5', '100', '1000', '0', '1e2');
  if (type === 'boolean') return fc.constantFrom('true', 'false');
  const instants = [
    '2024-03-05T08:00:00Z',
    '2024-03-05T16:00:00+08:00',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ];
  const positions = ['0', '1', '17', '100000', '9007199254740991', '9223372036854775807'];
  return fc.constantFrom(...dates, ...instants, ...positions, '01', '01-001', '02-001', 'QX01', ...codes);
}
