import { catches, inSite, type Case } from './planted';

const site = 'libs/contexts/sites/src/domain/site.ts';

const directions: readonly Case[] = [
  [
    'the kernel imports another lib',
    { 'libs/platform/kernel/src/clock.ts': "import type { EventLog } from '@platform/event-log';" },
    'imports nothing of ours, so not @platform/event-log',
    {
      'libs/platform/kernel/src/clock.ts': "import { v7 } from './ids';\nimport { hash } from 'node:crypto';",
    },
  ],
  [
    'the platform knows the trial',
    { 'libs/platform/jobs/src/queue.ts': "import { siteDecider } from '@trial/sites';" },
    'let @trial/sites implement it',
    { 'libs/platform/jobs/src/queue.ts': "import { toInstant } from '@platform/kernel';" },
  ],
  [
    'even in a spec',
    { 'libs/platform/jobs/src/queue.spec.ts': "import { siteDecider } from '@trial/sites';" },
    'let @trial/sites implement it',
    { 'test/journeys/queue.spec.ts': "import { siteDecider } from '@trial/sites';" },
  ],
  [
    'a context imports a later one',
    { 'libs/contexts/sites/src/sites.module.ts': "import { participant } from '@trial/participants';" },
    'let @trial/participants import @trial/sites',
    {
      'libs/contexts/participants/src/participants.module.ts': "import { siteDecider } from '@trial/sites';",
    },
  ],
  [
    'a context imports the type of a later one, in the middle of a line',
    { 'libs/contexts/safety/src/index.ts': "export type Trail = import('@trial/audit').Trail;" },
    'let @trial/audit import @trial/safety',
    { 'libs/contexts/audit/src/index.ts': "export type Event = import('@trial/safety').AdverseEventEvent;" },
  ],
  [
    'a context without a place in the order',
    { 'libs/contexts/billing/src/index.ts': "import { siteDecider } from '@trial/sites';" },
    'libs/contexts/billing has no place',
    { 'libs/contexts/billing/src/index.ts': "import { toInstant } from '@platform/kernel';" },
  ],
  [
    'a lib imports an app',
    { 'libs/contexts/sites/src/index.ts': "import { start } from '../../../../apps/api/src/start';" },
    'must not know an app',
    {
      'apps/cli/src/main.ts':
        "import { start } from '../../api/src/start';\nimport { siteDecider } from '@trial/sites';",
      'test/journeys/start.spec.ts': "import { start } from '../../apps/api/src/start';",
    },
  ],
];

const doors: readonly Case[] = [
  [
    'an alias beyond the door',
    { 'apps/api/src/main.ts': "import { port } from '@platform/event-log/src/port';" },
    "Write import from '@platform/event-log'",
    { 'apps/api/src/main.ts': "import { port } from '@platform/event-log';" },
  ],
  [
    'a path round the door',
    { 'apps/api/src/main.ts': "import { port } from '../../../libs/platform/event-log/src/port';" },
    "Write import from '@platform/event-log'",
    { 'apps/api/src/main.ts': "import { port } from './ports';" },
  ],
  [
    'a path from one lib into another',
    { 'libs/platform/jobs/src/queue.ts': "export * from '../../kernel/src/clock';" },
    "Write import from '@platform/kernel'",
    { 'libs/platform/jobs/src/queue.ts': "export * from './retry/backoff';" },
  ],
  [
    'a lib through its own door',
    { 'libs/platform/jobs/src/queue.ts': "import { backoff } from '@platform/jobs';" },
    'write the relative path',
    { 'libs/platform/jobs/src/queue.ts': "import { backoff } from './backoff';" },
  ],
  [
    'a test helper in production',
    { 'libs/platform/jobs/src/queue.ts': "import { scenario } from '@platform/kernel/testing';" },
    'is for specs, testing folders and test/',
    {
      'libs/platform/jobs/src/queue.spec.ts': "import { scenario } from '@platform/kernel/testing';",
      'libs/platform/jobs/src/testing/contract.ts': "import { scenario } from '@platform/kernel/testing';",
      'test/journeys/queue.spec.ts': "import { scenario } from '@platform/kernel/testing';",
    },
  ],
  [
    'its own test helper in production',
    {
      'libs/platform/jobs/src/queue.ts': "import { contract } from './testing/contract';",
      'libs/platform/jobs/src/testing/contract.ts': '',
    },
    'Move what production needs out of there',
    {
      'libs/platform/jobs/src/queue.spec.ts': "import { contract } from './testing/contract';",
      'libs/platform/jobs/src/testing/contract.ts': "import { queue } from '../queue';",
      'libs/platform/jobs/src/queue.ts': '',
    },
  ],
  [
    'something of test/ in production',
    { 'apps/api/src/main.ts': "import { scratchFolder } from '../../../test/support/folders';" },
    'Only specs and testing folders',
    { 'apps/api/src/main.spec.ts': "import { scratchFolder } from '../../../test/support/folders';" },
  ],
];

const domainImports: readonly Case[] = [
  ...[
    "import { Injectable } from '@nestjs/common';",
    "import { hash } from 'node:crypto';",
    "import { map } from 'rxjs';",
    "import { sql } from 'kysely';",
    "import type { Kysely } from 'kysely';",
    "import type { EventLog } from '@platform/event-log';",
    "import { scenario } from '@platform/kernel/testing';",
    "import { siteList } from '../views/site-list';",
    "const fs = require('fs');",
  ].map((text): Case => [text, inSite(text), 'Take the value as an argument', {}]),
  [
    "the kernel's clock",
    inSite("import { refuse, systemClock } from '@platform/kernel';"),
    'must not depend on systemClock',
    {
      [site]:
        "import { refuse } from '@platform/kernel';\nimport { isTrial } from '@trial/protocol';\n" +
        "import { range } from './reference-range';",
      'libs/contexts/sites/src/domain/reference-range.ts': '',
      'libs/contexts/sites/src/domain/site.spec.ts': "import { scenario } from '@platform/kernel/testing';",
      'libs/contexts/sites/src/views/site-list.ts': "import { rowView } from '@platform/views';",
    },
  ],
];

const cycles: readonly Case[] = [
  [
    'two files',
    {
      'libs/platform/jobs/src/a.ts': "import { b } from './b';",
      'libs/platform/jobs/src/b.ts': "import { a } from './a';",
    },
    'libs/platform/jobs/src/a.ts, libs/platform/jobs/src/b.ts',
    {
      'libs/platform/jobs/src/a.ts': "import { b } from './b';",
      'libs/platform/jobs/src/b.ts': "import type { a } from './a';\nconst later = () => import('./a');",
    },
  ],
  [
    'a door and what stands behind it',
    {
      'libs/platform/jobs/src/index.ts': "export * from './queue';",
      'libs/platform/jobs/src/queue.ts': "import { a } from './retry';",
      'libs/platform/jobs/src/retry.ts': "import { b } from '.';",
    },
    'index.ts, libs/platform/jobs/src/queue.ts, libs/platform/jobs/src/retry.ts',
    {
      'libs/platform/jobs/src/index.ts': "export * from './queue';\nexport * from './retry';",
      'libs/platform/jobs/src/queue.ts': "import { a, type B } from './retry';",
      'libs/platform/jobs/src/retry.ts': "import { type C, type D } from './queue';",
    },
  ],
  [
    'two libs, by different files and by type alone',
    {
      'libs/platform/jobs/src/a.ts': "import type { View } from '@platform/views';",
      'libs/platform/views/src/b.ts': "import { Job } from '@platform/jobs';",
    },
    'These libs import each other in a circle: libs/platform/jobs, libs/platform/views',
    {
      'libs/platform/jobs/src/a.spec.ts': "import type { View } from '@platform/views';",
      'libs/platform/views/src/b.ts': "import { Job } from '@platform/jobs';",
    },
  ],
];

catches('directions', directions);
catches('doors', doors);
catches('domain-imports', domainImports);
catches('no-cycles', cycles);
