import type { Exemption } from './code-rules';

/** Files that may do without a port. Each is a door itself, or does what no simulation would want to drive. */
export const exemptions: readonly Exemption[] = [
  {
    path: 'libs/platform/kernel/src/time/clock.ts',
    uses: ['Date.now'],
    reason: 'the door to the time of day',
  },
  {
    path: 'libs/platform/kernel/src/ids.ts',
    uses: ['v7', 'randomFillSync'],
    reason: 'the door to new identifiers',
  },
  {
    path: 'libs/platform/kernel/src/ports/timers.ts',
    uses: ['setTimeout', 'setImmediate'],
    reason: 'the door to timers',
  },
  {
    path: 'libs/platform/kernel/src/ports/random.ts',
    uses: ['Math.random'],
    reason: 'the door to chance',
  },
  {
    path: 'libs/contexts/access/src/login/secrets.ts',
    uses: ['randomBytes', 'randomInt'],
    reason: 'the door to secrets: keys and passwords that nobody may draw again, from a seed or otherwise',
  },
  {
    path: 'libs/contexts/alerting/src/running/contact-secrets.ts',
    uses: ['randomBytes'],
    reason: 'secrets of webhooks, which nobody may draw again, from a seed or otherwise',
  },
  {
    path: 'libs/platform/event-log/src/sqlite/group-commit.ts',
    uses: ['setImmediate', 'setTimeout', 'Date.now'],
    reason: 'waits for a real disk and for other processes that write; a simulation has the log in memory',
  },
  {
    path: 'libs/platform/event-log/src/sqlite/sqlite-event-log.ts',
    uses: ['setInterval'],
    reason: 'looks for what other processes have written; a simulation has the log in memory',
  },
  {
    path: 'libs/platform/ownership/src/this-process.ts',
    uses: ['performance', 'performance.now'],
    reason: 'for how long this process holds its work: it decides who writes, and not what is written',
  },
  {
    path: 'libs/platform/views/src/follow/pauses.ts',
    uses: ['setTimeout', 'setImmediate', 'setInterval'],
    reason: 'decides only how soon something is looked at again: rows are the same whatever it takes',
  },
];
