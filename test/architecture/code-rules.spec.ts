import { catches, inSite, planted, type Case, type Files } from './planted';

const site = 'libs/contexts/sites/src/domain/site.ts';

const domainPurity: readonly Case[] = [
  [
    'Date.now',
    inSite('const now = Date.now();'),
    'context.recordedAt',
    inSite('const t = Date.parse(text);'),
  ],
  [
    'new Date()',
    inSite('const now = new Date();'),
    'context.recordedAt',
    inSite('type D = Date; let a: { Date: 1 };'),
  ],
  [
    'new Date(text)',
    inSite('const d = new Date(text);'),
    'context.recordedAt',
    inSite('const d = dateOf(text);'),
  ],
  ['Date()', inSite('const d = Date();'), 'context.recordedAt', inSite('const d = event.Date();')],
  [
    'Date under another name',
    inSite('const D = Date;'),
    'context.recordedAt',
    inSite('const D = site.Date;'),
  ],
  ['performance', inSite('performance.now();'), 'context.recordedAt', inSite('response.performance;')],
  ['Math.random', inSite('Math.random();'), 'derivedId', inSite('Math.max(1, 2);')],
  ['crypto.randomUUID', inSite('crypto.randomUUID();'), 'derivedId', inSite('site.crypto.randomUUID();')],
  ['setTimeout', inSite('setTimeout(f, 1);'), 'schedule a job', inSite('const a = { setTimeout: 1 };')],
  [
    'process',
    inSite('const a = process.env.A;'),
    'Take settings',
    inSite('// the process.env is not for us\nplan.process;'),
  ],
  [
    'process in parts',
    inSite('const { env } = process;'),
    'Take settings',
    inSite('const { process } = plan;'),
  ],
  ['globalThis', inSite('globalThis.a = 1;'), 'Take settings', inSite('state.a;')],
  ['console', inSite('console.log(1);'), 'no effects', inSite('"console.log";')],
  [
    'anything deeper in the domain',
    { 'libs/contexts/sites/src/domain/ranges/limits.ts': 'Math.random();' },
    'derivedId',
    { 'libs/contexts/sites/src/domain/ranges/limits.spec.ts': 'Math.random();' },
  ],
];

const queue = 'libs/platform/jobs/src/queue.ts';
const ports: readonly Case[] = [
  ...[
    'Date.now();',
    'new Date();',
    'Math.random();',
    'performance.now();',
    'process.hrtime.bigint();',
    'setTimeout(f, 1);',
    'const later = setInterval;',
    'setImmediate(f);',
    'AbortSignal.timeout(5);',
    "import { randomUUID } from 'node:crypto';",
    "import { randomBytes as bytes } from 'crypto';",
    "import * as timers from 'node:timers/promises';",
    "import { v4 } from 'uuid';",
    "import { performance } from 'node:perf_hooks';\nperformance.mark('a');",
  ].map((text): Case => [text, { [queue]: text }, 'cannot be simulated', {}]),
  [
    'even in the kernel',
    { 'libs/platform/kernel/src/event.ts': 'Date.now();' },
    'cannot be simulated',
    {
      [queue]:
        "new Date(5).toISOString();\nimport { hash } from 'node:crypto';\nimport { v5 } from 'uuid';\nclearTimeout(t);",
      'libs/platform/jobs/src/queue.spec.ts': 'setTimeout(f, 1);',
      'libs/platform/jobs/src/testing/contract.ts': 'Math.random();',
      'apps/cli/src/progress.ts': 'Date.now();',
    },
  ],
];

const sitesLib: Files = {
  'libs/contexts/sites/src/index.ts':
    "export { SelectSite as ChooseSite, type SiteProfile } from './sites.commands';",
  'libs/contexts/sites/src/sites.commands.ts': 'export class SelectSite {}\nexport interface SiteProfile {}',
};
const controller = 'apps/api/src/sites.controller.ts';
const injected = (text: string): Files => ({ ...sitesLib, [controller]: text });

const injectedTypes: readonly Case[] = [
  [
    'an injected class of a package',
    injected(
      "import type { CommandBus } from '@nestjs/cqrs';\n@Controller() class A { constructor(bus: CommandBus) {} }",
    ),
    'not injected. Write "import { CommandBus } from \'@nestjs/cqrs\'"',
    injected(
      "import { CommandBus } from '@nestjs/cqrs';\n@Controller() class A { constructor(bus: CommandBus) {} }",
    ),
  ],
  [
    'an injected interface without a token',
    injected(
      "import { type Clock } from '@platform/kernel';\n@Injectable() class A { constructor(private clock: Clock) {} }",
    ),
    'an interface wants @Inject(TOKEN)',
    injected(
      "import { CLOCK, type Clock } from '@platform/kernel';\n" +
        '@Injectable() class A { constructor(@Inject(CLOCK) private clock: Clock) {} }\n' +
        'class B { constructor(private clock: Clock) {} }',
    ),
  ],
  [
    'a class as the body of a request, through a door and under another name',
    injected(
      "import type { ChooseSite } from '@trial/sites';\nclass A { @Post() add(@Body() body: ChooseSite) {} }",
    ),
    'not validated',
    injected(
      "import { ChooseSite } from '@trial/sites';\nclass A { @Post() add(@Body() body: ChooseSite) {} }",
    ),
  ],
  [
    'an interface as the query of a request',
    injected(
      "import type { SiteProfile } from '@trial/sites';\nclass A { @Get() all(@Query() query: SiteProfile) {} }",
    ),
    'not validated',
    injected(
      "import type { SiteProfile } from '@trial/sites';\nclass A { @Get() all(@Caller() who: SiteProfile) {} }",
    ),
  ],
  [
    'a class at a decorator of our own',
    injected(
      "import type { ChooseSite } from '@trial/sites';\nclass A { @Get() all(@Caller() who: ChooseSite) {} }",
    ),
    'leaves nothing of ChooseSite at run time',
    injected("import type { ChooseSite } from '@trial/sites';\nclass A { all(who: ChooseSite) {} }"),
  ],
  [
    'a class through a door that lets everything out',
    {
      'libs/platform/views/src/index.ts': "export * from './engine';",
      'libs/platform/views/src/engine.ts': "export * from './index';\nexport class ViewEngine {}",
      [controller]:
        "import type { ViewEngine } from '@platform/views';\nclass A { @Use() engine: ViewEngine; }",
    },
    'leaves nothing of ViewEngine at run time',
    {
      'libs/platform/views/src/index.ts': "export * from './engine';",
      'libs/platform/views/src/engine.ts': 'export interface ViewEngine {}',
      [controller]:
        "import type { ViewEngine } from '@platform/views';\nclass A { @Use() engine: ViewEngine; }",
    },
  ],
  [
    'a class as a decorated property',
    injected(
      "import type { ChooseSite } from '@trial/sites';\nclass A { @ValidateNested() site: ChooseSite; }",
    ),
    'leaves nothing of ChooseSite at run time',
    injected(
      "import type { ChooseSite, SiteProfile } from '@trial/sites';\nclass A { a: ChooseSite; @B() b: SiteProfile; }",
    ),
  ],
];

const participant = 'libs/contexts/participants/src/domain/participant.ts';
const eventNames: readonly Case[] = [
  [
    'one name in two contexts',
    {
      [participant]: "type E = DomainEvent<'StatusChanged', { a: 1 }>;",
      [site]: "type E = DomainEvent<\n  'StatusChanged', { a: 1 }>;",
    },
    `${participant} already writes events named StatusChanged`,
    {
      [participant]: "type E = DomainEvent<'StatusChanged', { a: 1 }>;",
      [site]: "type E = DomainEvent<'SiteStatusChanged', { a: 1 }>;",
      'libs/contexts/audit/src/views/trail.ts':
        "const on = { StatusChanged: { type: 'StatusChanged', row: 1 } };",
    },
  ],
  [
    'one name declared twice in a context',
    {
      [participant]: "type E = DomainEvent<'StatusChanged', { a: 1 }>;",
      'libs/contexts/participants/src/domain/response.ts': "type E = DomainEvent<'StatusChanged', { b: 1 }>;",
    },
    'already writes events named StatusChanged',
    {
      [participant]:
        "type E = DomainEvent<'StatusChanged', { a: 1 }>;\nconst e = { type: 'StatusChanged', data: {} };",
      'libs/contexts/participants/src/domain/response.ts': "const e = { type: 'StatusChanged', data: {} };",
    },
  ],
  [
    'a name written without a declaration',
    {
      [site]: "type E = DomainEvent<'SiteSelected', { a: 1 }>;",
      'libs/contexts/interchange/src/import.ts': "const e = { type: 'SiteSelected', data: { a: 1 } };",
    },
    `${site} already writes events named SiteSelected`,
    {
      'libs/platform/kernel/src/correction.ts': "type E = DomainEvent<'ValueCorrected', { a: 1 }>;",
      [site]: "const e = { type: 'ValueCorrected', data: { a: 1 } };",
      [participant]: "const e = { type: 'ValueCorrected', data: { a: 1 } };",
    },
  ],
];

catches('domain-purity', domainPurity);
catches('ports', ports);
catches('injected-types', injectedTypes);
catches('event-names', eventNames);

test('a domain file is told once, by its own rule', () => {
  expect(planted(inSite('Math.random();')).map(({ rule }) => rule)).toEqual(['domain-purity']);
});

describe('exemptions', () => {
  const exemption = { path: queue, uses: ['setTimeout', 'Date.now'], reason: 'it measures itself' };

  test('let a file do what they name, however often', () => {
    expect(planted({ [queue]: 'setTimeout(f, Date.now());\nsetTimeout(g, 1);' }, [exemption])).toEqual([]);
  });

  test('let it do nothing else, and nobody else do it', () => {
    const files = {
      [queue]: 'setTimeout(f, Date.now(), Math.random());',
      'libs/platform/jobs/src/a.ts': 'Date.now();',
    };
    expect(planted(files, [exemption]).map(({ path, message }) => [path, message.split(' ')[0]])).toEqual([
      [queue, 'Math.random'],
      ['libs/platform/jobs/src/a.ts', 'Date.now'],
    ]);
  });

  test('have to go when they are not needed any more', () => {
    expect(planted({ [queue]: 'setTimeout(f, 1);' }, [exemption])).toMatchObject([
      { rule: 'ports', path: queue, message: expect.stringContaining('Date.now is not used here') as string },
    ]);
  });
});
