import { logStart, type RecordedEvent } from '@platform/kernel';
import { rebuildViews, type ViewDatabase } from '@platform/views';
import { recorded, RecordedLog, viewContract, type Given, openTestViews } from '@platform/views/testing';
import { participantStream, type ParticipantEvent } from '../domain/participant/participant';
import { recordScreeningDecision } from '../domain/screening/screening-decision';
import { accepted, at03, consented, fold, prescreened, status, was } from '../testing/people';
import { eventsOf, passing } from '../testing/screening';
import { listScreening, screeningLog } from './screening-log';

const trial = 'NCT05794425';
const scope = { trial, sites: 'all' } as const;
const reason = { code: 'transcription', text: 'Read from the wrong line' };

const of =
  (participant: string) =>
  (event: ParticipantEvent): Given => ({
    stream: participantStream(trial, participant),
    event:
      event.type === 'ParticipantPrescreened'
        ? { ...event, data: { ...event.data, site: participant.slice(0, 2) } }
        : event,
    subject: { trial, site: participant.slice(0, 2), participant },
  });

/** Screened and found eligible: the decision cites the events under the ids that the log gives them. */
const screening = recorded(eventsOf(passing).map(of('03-001')));
const state = screening.reduce<ReturnType<typeof fold>>(
  (before, event) =>
    accepted([{ type: event.type, data: event.data } as unknown as ParticipantEvent], before, {
      commandId: event.metadata.command.id,
    }),
  fold([]),
);
const decision = recordScreeningDecision({ decision: 'eligible' }, state, at03());
if ('rejected' in decision) throw new Error(decision.reason);
const ecog = screening.find(({ data }) => data.code === 'ECOG')!;
const hgb = was('LaboratoryResultRecorded', {
  analyte: 'HGB',
  finding: 'positive',
  collectedAt: '2024-03-04',
});
const corrected = (
  event: RecordedEvent,
  field: string,
  value: string | boolean | null,
): ParticipantEvent => ({
  type: 'ValueCorrected',
  data: { event: event.id, field, value },
  previous: { value: null },
  reason,
});

const withOthers = [
  ...screening,
  ...recorded(
    [
      ...decision.map(of('03-001')),
      ...consented.map(of('01-001')),
      of('01-001')(hgb),
      ...[prescreened, status('screenFailure', '2024-03-04')].map(of('02-001')),
      of('03-001')(
        was('ParticipantEnrolled', {
          site: '03',
          protocolVersion: '1.0',
          enrolledAt: '2024-03-05',
          arm: 'CSA',
        }),
      ),
      of('03-001')(status('enrolled', '2024-03-05')),
      of('01-001')(was('ConsentWithdrawn', { withdrawnAt: '2024-03-05', dataUse: 'noFurtherUse' })),
      of('01-001')(status('consentWithdrawn', '2024-03-05')),
    ],
    screening,
  ),
];
const failure = withOthers.find(
  ({ data, stream }) => data.status === 'screenFailure' && stream.endsWith('02-001'),
)!;
const birth = withOthers.find(
  ({ type, stream }) => type === 'ParticipantPrescreened' && stream.endsWith('02-001'),
)!;
const events = [
  ...withOthers,
  ...recorded(
    [
      of('03-001')(corrected(ecog, 'takenAt', '2024-03-03')),
      of('02-001')(corrected(failure, 'enteredInError', true)),
      of('02-001')(corrected(birth, 'sex', null)),
      of('01-001')(
        corrected(
          withOthers.find(({ data }) => data.analyte === 'HGB')!,
          'finding',
          'negative',
        ),
      ),
    ],
    withOthers,
  ),
];

describe('the screening log', () => {
  viewContract(screeningLog, events);
});

describe('a list of the screened', () => {
  let views: ViewDatabase;
  beforeAll(async () => {
    views = await openTestViews();
    await rebuildViews({ log: new RecordedLog(events), database: views, all: [screeningLog], views: 'all' });
  });
  afterAll(() => views.close());

  const at = (event: RecordedEvent | undefined) => event?.position ?? logStart;
  const list = (
    filter: Partial<Parameters<typeof listScreening>[3]> = {},
    position = at(events.at(-1)),
    seen: Parameters<typeof listScreening>[1] = scope,
  ) => listScreening(views, seen, position, { limit: 100, ...filter });
  const numbers = async (...question: Parameters<typeof list>) =>
    (await list(...question)).map(({ participant }) => participant);

  test('shows everybody, enrolled or not, with what became of them', async () => {
    expect(await list()).toMatchObject([
      {
        participant: '01-001',
        status: 'consentWithdrawn',
        withdrawnAt: '2024-03-05',
        dataUse: 'noFurtherUse',
        decision: null,
        overridden: null,
        enrolledAt: null,
      },
      { participant: '02-001', status: 'prescreened', consentedAt: null, sex: null, birthYear: 1980 },
      {
        ...{
          participant: '03-001',
          site: '03',
          status: 'enrolled',
          statusSince: '2024-03-05',
          protocolVersion: '1.0',
        },
        ...{
          consentVersion: '2.0',
          consentedAt: '2024-03-02',
          decision: 'eligible',
          proposal: 'eligible',
          decidedAt: '2024-03-05',
        },
        ...{ overridden: false, enrolledAt: '2024-03-05', arm: 'CSA', actualArm: null },
      },
    ]);
  });

  test('flags a decision whose evidence was corrected, from the correction on', async () => {
    const flagged = async (position: bigint) =>
      (await list({}, position as never)).map(({ decisionAffected }) => decisionAffected);
    expect(await flagged(at(events.at(-1)))).toEqual([false, false, true]);
    expect(await flagged(at(withOthers.at(-1)))).toEqual([false, false, false]);
  });

  test('answers as of any position', async () => {
    expect(await numbers({}, at(screening.at(-1)))).toEqual(['03-001']);
    expect((await list({}, at(screening.at(-1))))[0]).toMatchObject({ status: 'consented', decision: null });
    expect(await list({ site: '02' }, at(withOthers.at(-1)))).toMatchObject([
      { status: 'screenFailure', sex: 'female' },
    ]);
  });

  test('is filtered, paged, and cut to the sites that the caller may see', async () => {
    expect(await numbers({ status: 'enrolled' })).toEqual(['03-001']);
    expect(await numbers({ decision: 'eligible' })).toEqual(['03-001']);
    expect(await numbers({ enrolled: false })).toEqual(['01-001', '02-001']);
    expect(await numbers({ enrolled: true })).toEqual(['03-001']);
    expect(await numbers({ limit: 2 })).toEqual(['01-001', '02-001']);
    expect(await numbers({ behind: '01-001', limit: 1 })).toEqual(['02-001']);
    expect(await numbers({}, undefined, { trial, sites: ['01', '03'] })).toEqual(['01-001', '03-001']);
    expect(await numbers({ site: '02' }, undefined, { trial, sites: ['01'] })).toEqual([]);
    expect(await numbers({}, undefined, { trial, sites: [] })).toEqual([]);
    expect(await numbers({}, undefined, { trial: 'OTHER', sites: 'all' })).toEqual([]);
  });
});
