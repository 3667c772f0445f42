import fc from 'fast-check';
import { eachPage, EVENT_LOG, type EventLog } from '@platform/event-log';
import { logStart, ManualClock, systemClock, type Position, type RecordedEvent } from '@platform/kernel';
import { driftOf, rebuildViews, ViewDatabase, ViewEngine } from '@platform/views';
import { allViews } from '../../apps/composition/src/contexts';
import { openConfiguredViews } from '../../apps/composition/src/engines';
import { ownershipOf } from '../../apps/composition/src/ownership';
import { isScaleOut } from '../support/modes/mode';
import { logInMemory, makeShorter, placeOf } from '../support/modes/places';
import { carryOut, someDeeds } from '../support/random-conduct';
import { newFolder, RunningLedger } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';

/** Everything that can be asked as of a moment. */
const questionsAbout = (participants: readonly string[], upTo: Position): string[] => [
  ...['/participants?limit=1000', '/deviations?limit=1000', '/infusions?limit=1000', '/safety-tabulation'],
  ...['/adverse-events?limit=1000', '/sites', '/sites/02', '/board', '/sites/01/board', '/protocol'],
  `/audit-trail?limit=500&toPosition=${upTo}`,
  ...participants.flatMap(participant =>
    ['', '/casebook', '/treatment', '/screening'].map(path => `/participants/${participant}${path}`),
  ),
];

const inspector = { role: 'inspector' } as const;
type Answered = { readonly status: number; readonly body: object };

const withMoment = (question: string, moment: string): string =>
  `${question}${question.includes('?') ? '&' : '?'}asOf=${moment}`;

/** What was answered, and not where it stands: asking leaves a trace behind, so a second question stands further. */
function content({
  status,
  body,
}: {
  readonly status: number;
  readonly body: Record<string, unknown>;
}): Answered {
  const { standsAt: _, upTo: __, ...rest } = body;
  return { status, body: rest };
}

async function eventsOf(log: EventLog): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of eachPage(log, { after: logStart })) events.push(...page);
  return events;
}

/**
 * Asks a ledger that has never known more than these events; its secrets are the other's, so that tokens hold. Another
 * one holds the work there: what would follow from the last events of a log that was cut tells of more than was known.
 */
async function withLedgerOf(
  events: readonly RecordedEvent[],
  from: string,
  ask: (cut: RunningLedger) => Promise<void>,
): Promise<void> {
  const folder = newFolder();
  const ports = await makeShorter(folder, from, events);
  const { position, metadata } = events.at(-1)!;
  const views = await openConfiguredViews(folder, (await placeOf(folder)).viewsUrl);
  const work = ownershipOf(views, () => undefined);
  await work.start();
  const cut = await RunningLedger.on(folder, { ...ports, clock: ManualClock.at(metadata.recordedAt) });
  try {
    expect(await cut.app.get(ViewEngine).waitFor(position, 'all', 60_000)).toBe(true);
    expect(await cut.app.get<EventLog>(EVENT_LOG).head()).toBe(position);
    await ask(cut);
  } finally {
    await cut.stop();
    await work.stop();
    await views.close();
  }
}

/** Asks both for everything. The one with the whole log is asked as of the place where the other's ends. */
async function expectSame(
  whole: RunningTrial,
  cut: RunningLedger,
  questions: readonly string[],
  moment: string,
): Promise<void> {
  const { token, get } = await whole.as(inspector);
  for (const question of questions) {
    const then = await cut.call('GET', `/trials/${trial}${question}`, { token });
    const asOf = await get(withMoment(question, moment));
    expect({ question, ...content(asOf) }).toEqual({ question, ...content(then) });
  }
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

test('an answer as of a moment is what a ledger would answer whose log ends there', async () => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(someDeeds, fc.tuple(share, share), async (history, places) => {
      const running = await RunningTrial.start(['01', '02'], logInMemory());
      try {
        // Before anything happens: who asks has to be known to every one of the shorter logs.
        await running.as(inspector);
        const begun = (await eventsOf(running.ledger.app.get(EVENT_LOG))).length;
        const participants = await carryOut(running, history);
        await running.ledger.settled();
        const events = await eventsOf(running.ledger.app.get(EVENT_LOG));
        for (const { type } of events) kinds.add(type);
        for (const place of isScaleOut ? places.slice(0, 1) : places) {
          const last = events[begun + Math.floor(place * (events.length - begun - 1))]!;
          const instant = last.metadata.recordedAt;
          const known = events.filter(({ metadata }) => metadata.recordedAt <= instant);
          for (const [prefix, moment] of [
            [events.filter(({ position }) => position <= last.position), String(last.position)],
            [known, instant],
          ] as const) {
            await withLedgerOf(prefix, running.ledger.folder, cut =>
              expectSame(running, cut, questionsAbout(participants, prefix.at(-1)!.position), moment),
            );
          }
        }
      } finally {
        await running.stop();
      }
    }),
    // A counterexample is made smaller for as long as that; it is told in any case.
    { numRuns: isScaleOut ? 1 : 3, plugins: [fc.interruptAfterTimeLimit(200_000)] },
  );
  // Otherwise the histories would be too poor to tell a right answer from a wrong one. On servers there is one alone.
  if (isScaleOut) return;
  expect([...kinds]).toEqual(
    expect.arrayContaining([
      'ValueCorrected',
      'DeviationRaised',
      'AdverseEventReported',
      'ParticipantEnrolled',
    ]),
  );
});

test('views that are rebuilt while people write equal those that followed', async () => {
  const running = await RunningTrial.start(['01', '02'], { clock: systemClock });
  try {
    const log = running.ledger.app.get<EventLog>(EVENT_LOG);
    const database = running.ledger.app.get(ViewDatabase);
    const histories = fc.sample(someDeeds, 6);
    let writing = true;
    const writers = Promise.all(histories.map(history => carryOut(running, history)));
    void writers.finally(() => (writing = false));
    const list = async () => {
      const { body } = await (await running.as(inspector)).get('/participants?limit=1000');
      return body.participants as readonly object[];
    };
    const counts: number[] = [];
    let rebuilds = 0;
    while (writing || rebuilds === 0) {
      await rebuildViews({ log, database, all: allViews, views: 'all', pageSize: 50 });
      rebuilds++;
      counts.push((await list()).length);
    }
    await writers;
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    await running.ledger.settled();
    expect(await driftOf({ log, database, views: allViews })).toMatchObject({ drifts: [], absent: [] });
    expect(await list()).toHaveLength((await writers).flat().length);
  } finally {
    await running.stop();
  }
});
