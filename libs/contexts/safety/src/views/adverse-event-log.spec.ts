import { logStart } from '@platform/kernel';
import { rebuildViews, type ViewDatabase } from '@platform/views';
import { RecordedLog, recorded, viewContract, type Given, openTestViews } from '@platform/views/testing';
import { adverseEventStream } from '../domain/adverse-event';
import type { AdverseEventEvent, Reported } from '../domain/events';
import { reported, trial } from '../testing';
import { adverseEventLog, listAdverseEvents, type AdverseEventFilter } from './adverse-event-log';

/** An event of an adverse event of a participant. */
const of =
  (adverseEvent: string, participant = '03-007') =>
  (event: AdverseEventEvent): Given => ({
    stream: adverseEventStream(adverseEvent),
    event,
    subject: { trial, site: participant.slice(0, 2), participant, adverseEvent },
  });

const report = (adverseEvent: string, over: Partial<Reported>, participant?: string) =>
  of(adverseEvent, participant)(reported({ adverseEvent, participant: participant ?? '03-007', ...over }));

const reason = { code: 'transcription', text: 'Read from the wrong line' };
const death: AdverseEventEvent = { type: 'SeriousnessAssessed', data: { death: true, serious: false } };
const graded: AdverseEventEvent = { type: 'SeverityAssessed', data: { scale: 'CTCAE-5.0', grade: 2 } };
const words: AdverseEventEvent = { type: 'SeverityAssessed', data: { scale: 'source', severity: 'MILD' } };
const denied: AdverseEventEvent = {
  type: 'CausalityAssessed',
  data: { assessor: 'investigator', term: 'no', related: false, scale: 'YES-NO-1' },
};

const before = recorded([
  report('a', { term: 'Fever 39.2', coded: { preferredTerm: 'Pyrexia', systemOrganClass: 'GENERAL' } }),
  of('a')(graded),
  report('b', { term: 'ÖDEM 50%', onset: '2013' }, '04-001'),
  of('b', '04-001')(words),
  of('b', '04-001')(death),
  report('c', { term: 'Rash', onset: '2013-08' }, '04-001'),
  of('c', '04-001')(denied),
  report('d', { term: 'Rash', onset: undefined }),
  of('a')({ type: 'AdverseEventOutcomeRecorded', data: { outcome: 'recovered', end: '2024-03-04' } }),
  of('d')({ type: 'AdverseEventVoided', data: {} }),
]);
const grading = before[1]!;
const events = [
  ...before,
  ...recorded(
    [
      of('a')({
        type: 'ValueCorrected',
        data: { event: grading.id, field: 'grade', value: 3 },
        previous: { value: 2 },
        reason,
      }),
    ],
    before,
  ),
];

describe('the adverse event log', () => {
  viewContract(adverseEventLog, events);
});

describe('a list of adverse events', () => {
  let views: ViewDatabase;
  const now = events.at(-1)!.position;

  beforeAll(async () => {
    views = await openTestViews();
    const log = new RecordedLog(events);
    await rebuildViews({ log, database: views, all: [adverseEventLog], views: 'all' });
  });

  afterAll(() => views.close());

  const list = (filter: Partial<AdverseEventFilter> = {}, at = now, sites: 'all' | string[] = 'all') =>
    listAdverseEvents(views, { trial, sites }, at, { limit: 100, ...filter });
  const idsOf = async (...question: Parameters<typeof list>) =>
    (await list(...question)).map(({ adverseEvent }) => adverseEvent).join('');

  it('shows each event as it stands, and as it stood', async () => {
    expect((await list())[0]).toEqual({
      ...{ site: '03', participant: '03-007', adverseEvent: 'a', number: events[0]!.position },
      ...{ term: 'Fever 39.2', preferredTerm: 'Pyrexia', soc: 'GENERAL', onset: '2024-03-02' },
      ...{ end: '2024-03-04', zone: 'Asia/Shanghai', grade: 3, severity: null, serious: null, related: true },
      ...{ susar: false, outcome: 'recovered', voided: false, flags: [] },
    });
    expect((await list({}, grading.position))[0]).toMatchObject({ grade: 2, outcome: null, end: null });
    expect((await list())[1]).toMatchObject({
      ...{ serious: false, severity: 'MILD', grade: null, flags: ['SERIOUSNESS-CONTRADICTION'] },
    });
    expect(await list({}, logStart)).toEqual([]);
  });

  test.each<[string, Partial<AdverseEventFilter>, string]>([
    ['all', {}, 'abcd'],
    ['a site', { site: '04' }, 'bc'],
    ['a participant', { participant: '03-007' }, 'ad'],
    ['serious', { serious: true }, ''],
    ['not serious', { serious: false }, 'b'],
    ['related', { related: true }, 'abd'],
    ['not related', { related: false }, 'c'],
    ['not void', { voided: false }, 'abc'],
    ['void', { voided: true }, 'd'],
    ['no SUSAR, of a site', { susar: false, site: '03' }, 'ad'],
    ['a grade', { grade: 3 }, 'a'],
    ['part of a term', { term: 'FEVER' }, 'a'],
    ['part of a preferred term', { term: 'rexi' }, 'a'],
    ['letters beyond ASCII', { term: 'ödem' }, 'b'],
    ['a sign that patterns use', { term: '50%' }, 'b'],
    ['a sign that patterns use, not found', { term: 'F%r' }, ''],
    ['another one', { term: 'R_sh' }, ''],
    ['onset from a day', { onsetFrom: '2013-08-10' }, 'abc'],
    ['onset from another year', { onsetFrom: '2014' }, 'a'],
    ['onset until a month', { onsetUntil: '2013-07' }, 'b'],
    ['onset until a later month', { onsetUntil: '2013-08' }, 'bc'],
    ['onset until a year, known to the month', { onsetUntil: '2013' }, 'bc'],
    ['onset between', { onsetFrom: '2013-08-31', onsetUntil: '2013-09-30' }, 'bc'],
    ['everything at once', { site: '04', serious: false, related: true, term: 'ö', onsetUntil: '2013' }, 'b'],
  ])('is filtered by %s', async (_what, filter, ids) => {
    expect(await idsOf(filter)).toBe(ids);
  });

  it('keeps to the sites and to the trial of the caller', async () => {
    expect(await idsOf({}, now, ['04'])).toBe('bc');
    expect(await idsOf({}, now, [])).toBe('');
    const elsewhere = { trial: 'NCT00000000', sites: 'all' } as const;
    expect(await listAdverseEvents(views, elsewhere, now, { limit: 100 })).toEqual([]);
  });

  it('goes on where a page ended', async () => {
    const page = await list({ limit: 3 });
    expect(page).toHaveLength(3);
    expect(await idsOf({ behind: page[2]!.number as typeof now })).toBe('d');
  });
});
