import fc from 'fast-check';
import { logStart, type Position, type RecordedEvent } from '@platform/kernel';
import { QueryRejected } from '@platform/commands';
import type { View, ViewDatabase } from '@platform/views';
import { RecordedLog, viewsAfter } from '@platform/views/testing';
import { participantsViews } from '@trial/participants';
import { safetyViews } from '@trial/safety';
import { signingViews } from '@trial/signing';
import { sitesViews } from '@trial/sites';
import { treatmentViews } from '@trial/treatment';
import { readSiteBoard, readTrialBoard } from './board.reader';
import { readCasebook } from './casebook.reader';
import { people, randomHistory, sites, trial } from './testing/random-history';

const views: readonly View[] = [
  ...signingViews,
  ...sitesViews,
  ...participantsViews,
  ...treatmentViews,
  ...safetyViews,
];

const scope = { trial, sites: 'all' } as const;

/** Everything that an inspection can ask, answered: what is not there yet is an answer too. */
async function everything(log: RecordedLog, database: ViewDatabase, standsAt: Position): Promise<unknown> {
  const context = { log, views: database, scope, standsAt };
  const answers = [
    ...people.map(participant => () => readCasebook({ trial, participant }, context)),
    ...sites.map(site => () => readSiteBoard({ trial, site }, context)),
    () => readTrialBoard({ trial }, context),
  ];
  return Promise.all(answers.map(answer => answered(answer)));
}

async function answered(answer: () => Promise<unknown>): Promise<unknown> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof QueryRejected) return error.rejection.rule;
    throw error;
  }
}

/** The same from nothing but the events up to there. */
async function fromPrefix(events: readonly RecordedEvent[], upTo: Position): Promise<unknown> {
  const prefix = new RecordedLog(events.filter(({ position }) => position <= upTo));
  const database = await viewsAfter(prefix, views);
  const answer = await everything(prefix, database, upTo);
  await database.close();
  return answer;
}

const seeds = fc.integer();
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('as of any moment', () => {
  it('a position: every casebook and board is what a replay of the log up to there shows', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.array(share, { minLength: 2, maxLength: 2 }), async (seed, places) => {
        const events = randomHistory(seed, 90);
        const log = new RecordedLog(events);
        const database = await viewsAfter(log, views);
        for (const place of [0, 1, ...places]) {
          const upTo = events[Math.floor(place * (events.length - 1))]!.position;
          expect(await everything(log, database, upTo)).toEqual(await fromPrefix(events, upTo));
        }
        await database.close();
      }),
      { numRuns: 4 },
    );
  });

  it('an instant: it is what was recorded by then, and nothing after it', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, share, async (seed, part) => {
        const events = randomHistory(seed, 90);
        const log = new RecordedLog(events);
        const times = events.map(({ metadata }) => Date.parse(metadata.recordedAt));
        const [first, last] = [times[0]! - 60_000, times.at(-1)! + 60_000];
        const instant = Math.floor(first + part * (last - first));
        const known = events.filter(({ metadata }) => Date.parse(metadata.recordedAt) <= instant);
        const database = await viewsAfter(log, views);
        const answer = await everything(log, database, await log.positionAt(instant));
        expect(answer).toEqual(await fromPrefix(known, known.at(-1)?.position ?? logStart));
        await database.close();
      }),
      { numRuns: 5 },
    );
  });

  it('is worth comparing: such histories have flags', async () => {
    const kinds = new Set<string>();
    for (const seed of [1, 2, 3]) {
      const log = new RecordedLog(randomHistory(seed, 150));
      const database = await viewsAfter(log, views);
      const context = { log, views: database, scope, standsAt: await log.head() };
      for (const participant of people) {
        const { flags } = await readCasebook({ trial, participant }, context);
        for (const { kind } of flags) kinds.add(kind);
      }
      await database.close();
    }
    expect([...kinds].toSorted()).toEqual(['deviation', 'drugDose', 'expectedness', 'screeningDecision']);
  });

  it('before the first event there is nothing to see', async () => {
    const log = new RecordedLog(randomHistory(1, 60));
    const database = await viewsAfter(log, views);
    expect(await everything(log, database, logStart)).toEqual([
      ...people.map(() => 'INSPECTION-PARTICIPANT-UNKNOWN'),
      ...sites.map(() => 'INSPECTION-SITE-UNKNOWN'),
      'INSPECTION-TRIAL-UNKNOWN',
    ]);
    await database.close();
  });
});
