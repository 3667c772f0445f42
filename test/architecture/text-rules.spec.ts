import { catches, type Case, type Files } from './planted';

const lines = (count: number): string => 'const a = 1;\n'.repeat(count);
const filesIn = (folder: string, count: number, end: string): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/part-${i}${end}`, '']));

const sizes: readonly Case[] = [
  [
    'a long file',
    { 'apps/api/src/main.ts': lines(351) },
    '351 lines',
    { 'apps/api/src/main.ts': lines(350) },
  ],
  ['a long spec', { 'apps/api/src/a.spec.ts': lines(351) }, '351 lines', { 'docs/a.md': lines(351) }],
  [
    'a long line',
    { 'apps/api/src/main.ts': `\n// ${'x'.repeat(118)}` },
    'more than 120 characters',
    { 'apps/api/src/main.ts': `\n// ${'x'.repeat(117)}`, 'README.md': 'x'.repeat(200) },
  ],
  [
    'a full folder',
    filesIn('apps/api/src', 16, '.ts'),
    '16 files are more than 15',
    {
      ...filesIn('apps/api/src', 15, '.ts'),
      ...filesIn('apps/api/src', 15, '.spec.ts'),
      ...filesIn('apps/api/src/routes', 15, '.ts'),
      'apps/api/src/index.ts': '',
      'apps/api/src/library.d.ts': '',
    },
  ],
];

const fileNames: readonly Case[] = [
  'utils.ts',
  'common/ids.ts',
  'date-helpers.ts',
  'misc.md',
  'run-v2.ts',
  'new.ts',
].map((name): Case => [name, { [`apps/api/src/${name}`]: '' }, 'does not say what is inside', {}]);
const goodNames: Files = {
  'apps/api/src/common-terminology-criteria.ts': '',
  'apps/api/src/new-participant.spec.ts': '',
  'apps/api/src/v2x.ts': '',
};

/** Put together, so that this file does not hold what it plants. */
const words: readonly Case[] = (
  [
    ['TO', 'DO', 'todos'],
    ['FIX', 'ME', 'fixtures'],
    ['regist', 'ry.example.org', 'the registry of trials'],
    ['https://npm', 'js.com/', 'registry.add(metric)'],
    ['folder = "/home', '/somebody/data"', 'GET https://host/home/page and ../shared/data'],
    ['// ts-', 'ignore', '// it ignores'],
    ['/* oxlint-', 'disable */', '// oxlint-disable-next-line no-any -- types differ'],
    ['test.on', 'ly("a")', 'test("only a")'],
  ] as const
).map(([a, b, clean]): Case => [
  a + b,
  { 'docs/a.md': `one\n${a}${b} two` },
  'does not belong here',
  { 'docs/a.md': clean },
]);

catches('sizes', sizes);
catches('file-names', [...fileNames, ['a folder', { 'apps/utils/src/a.ts': '' }, 'does not say', goodNames]]);
catches('words', words);
