// Packages that ship as ES modules only; Jest has to compile them.
const esModules = [
  '@nestjs',
  'file-type',
  'cookie',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'uuid',
  'canonicalize',
  'jose',
  'csv-parse',
  'csv-stringify',
  'fast-check',
  'pure-rand',
  '@js-temporal',
];

const embeddedJourneys = Object.keys(require('./test/support/modes/embedded-journeys.cjs'));

/** Parts of the platform whose tests open files, databases or sockets. */
const onStorage = ['delivery', 'event-log', 'ownership', 'secrets', 'views'];
const components = [`/libs/platform/(${onStorage.join('|')})/`, '/libs/contexts/[^/]+/src/(?!domain/)'];

/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  setupFiles: ['reflect-metadata'],
  transform: {
    // The compiler's settings are those of .swcrc, which every other way of running the sources uses too.
    '^.+\\.(t|m?j)s$': '@swc/jest',
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})(/|$))`],
  moduleNameMapper: {
    '^@platform/([^/]+)/testing$': '<rootDir>/libs/platform/$1/src/testing/index.ts',
    '^@platform/([^/]+)$': '<rootDir>/libs/platform/$1/src/index.ts',
    '^@trial/([^/]+)/testing$': '<rootDir>/libs/contexts/$1/src/testing/index.ts',
    '^@trial/([^/]+)$': '<rootDir>/libs/contexts/$1/src/index.ts',
  },
};

/** @type {import('jest').Config} */
module.exports = {
  coverageProvider: 'v8',
  maxWorkers: 2,
  // No test is about time: this only ends one that hangs, also on a machine that has much else to do.
  testTimeout: 300_000,
  reporters: ['default', 'summary', '<rootDir>/test/support/closing-line-reporter.cjs'],
  projects: [
    // Pure and quick, for whoever is writing: each context's domain, and the platform that needs no storage.
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/libs/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...components],
    },
    // The rest that stands beside the sources: on files, databases and sockets of its own process.
    {
      ...shared,
      displayName: 'components',
      testMatch: [
        `<rootDir>/libs/platform/{${onStorage.join(',')}}/**/*.spec.ts`,
        '<rootDir>/libs/contexts/*/src/!(domain)/**/*.spec.ts',
        '<rootDir>/libs/contexts/*/src/*.spec.ts',
        '<rootDir>/apps/**/*.spec.ts',
        '<rootDir>/test/architecture/**/*.spec.ts',
      ],
    },
    // Whole system: boots hosts, kills processes, reads real data.
    {
      ...shared,
      displayName: 'system',
      testMatch: [
        '<rootDir>/test/{contracts,golden,journeys,faults,readme,bench}/**/*.spec.ts',
        '<rootDir>/test/*.spec.ts',
      ],
    },
    // The same journeys once more, on an event log server, with views and secrets in PostgreSQL. Jobs stay in the
    // process: the time of Redis is not the clock that a journey sets, and BullMQ comes to no good end in Jest's VM.
    {
      ...shared,
      displayName: 'scale-out',
      testMatch: ['<rootDir>/test/journeys/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', `/journeys/(${embeddedJourneys.join('|')})\\.spec\\.ts$`],
      globalSetup: '<rootDir>/test/support/modes/global-setup.cjs',
      globalTeardown: '<rootDir>/test/support/modes/global-teardown.cjs',
      setupFiles: [...shared.setupFiles, '<rootDir>/test/support/modes/scale-out.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/modes/skip-without-postgres.ts'],
    },
  ],
};
