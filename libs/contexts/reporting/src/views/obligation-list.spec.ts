import { logStart, type RecordedEvent } from '@platform/kernel';
import { rebuildViews, type ViewDatabase } from '@platform/views';
import { recorded, RecordedLog, viewContract, type Given, openTestViews } from '@platform/views/testing';
import { aboutOf, reportingCaseStream } from '../domain/case/case';
import { ae, SmallCase, trial } from '../testing';
import {
  listObligations,
  obligationList,
  obligationsToCheck,
  type ObligationFilter,
} from './obligation-list';

const zone = 'Asia/Shanghai';
const day = (date: string) => `2024-03-${date}T08:00:00.000Z`;

/** What a case wrote, as events of its stream. */
const of = (reportingCase: string, { written, state }: SmallCase): Given[] =>
  written.map(event => ({
    stream: reportingCaseStream(reportingCase),
    event,
    subject: { trial, reportingCase, ...aboutOf(state.obligations[0]!) },
  }));

const upgraded = new SmallCase({ sets: ['CN-DRUG'] })
  .learn(day('05'), ae.report({ awareAt: { at: '2024-03-05T10:00', zone } }), ae.hospitalised)
  .passes(day('06'))
  .learn(day('06'), ae.dying)
  .fulfil(day('07'), 'CN-SUSAR-7', '2024-03-07T12:00')
  .waive(day('07'), 'CN-SUSAR-7F');
const leak = new SmallCase().openByHand(day('06'), 'CN-SC-ERROR', '2024-03-06');

const events: readonly RecordedEvent[] = recorded([...of('ae-1', upgraded), ...of('case-2', leak)]);

describe('the board of obligations', () => {
  viewContract(obligationList, events);
});

describe('a list of obligations', () => {
  let views: ViewDatabase;
  const now = events.at(-1)!.position;

  beforeAll(async () => {
    views = await openTestViews();
    await rebuildViews({
      log: new RecordedLog(events),
      database: views,
      all: [obligationList],
      views: 'all',
    });
  });
  afterAll(() => views.close());

  const list = (filter: Partial<ObligationFilter> = {}, at = now, sites: 'all' | string[] = 'all') =>
    listObligations(views, { trial, sites }, at, { limit: 100, ...filter });
  const rules = async (...question: Parameters<typeof list>) =>
    (await list(...question)).map(({ rule }) => rule.replace(/^CN-/, '')).join(' ');

  it('shows each as it stands, and as it stood', async () => {
    const [inv, fifteen, seven] = await list();
    expect(inv).toMatchObject({
      ...{ rule: 'CN-GCP-INV', ruleVersion: '1', ruleSet: 'CN-DRUG', mark: 'unverified', status: 'open' },
      ...{ site: '03', participant: '03-007', adverseEvent: 'ae-1', reportingCase: 'ae-1' },
      ...{ owedBy: 'investigator', owedTo: ['sponsor'], anchor: 'investigatorAwareness', zone },
      ...{ anchorAt: '2024-03-05T10:00', anchorZone: zone, dueLocal: '2024-03-06T10:00:00', clocks: 1 },
      ...{ due: '2024-03-06T02:00:00.000Z', missedDue: '2024-03-06T02:00:00.000Z', sentAt: null },
    });
    expect(fifteen).toMatchObject({
      ...{
        status: 'superseded',
        supersededWhy: 'upgrade',
        supersededBy: seven!.obligation,
        provisional: true,
      },
    });
    expect(seven).toMatchObject({
      status: 'fulfilled',
      reference: 'R-1',
      sentAt: '2024-03-07T12:00',
      inTime: true,
    });
    const opened = events[1]!.position;
    expect(await rules({}, opened)).toBe('GCP-INV SUSAR-15');
    expect((await list({}, opened))[1]).toMatchObject({ status: 'open', supersededBy: null });
    expect(await list({}, logStart)).toEqual([]);
  });

  test.each<[string, Partial<ObligationFilter>, string]>([
    ['all', {}, 'GCP-INV SUSAR-15 SUSAR-7 SUSAR-7F SC-ERROR'],
    ['open', { status: 'open' }, 'GCP-INV SC-ERROR'],
    ['waived', { status: 'waived' }, 'SUSAR-7F'],
    ['a rule', { rule: 'CN-SUSAR-7' }, 'SUSAR-7'],
    ['an adverse event', { adverseEvent: 'ae-1', status: 'open' }, 'GCP-INV'],
    ['a participant', { participant: '03-008' }, ''],
    ['a site', { site: '03', status: 'open' }, 'GCP-INV SC-ERROR'],
    ['who owes it', { owedBy: 'sponsor' }, 'SUSAR-15 SUSAR-7 SUSAR-7F'],
    ['overdue at an instant', { overdueAt: '2024-03-06T02:00:00.001Z' }, 'GCP-INV'],
    ['overdue a moment before', { overdueAt: '2024-03-06T02:00:00.000Z' }, ''],
    ['due between', { dueBetween: ['2024-03-06T02:00:00.001Z', '2024-03-07T00:00:00.000Z'] }, 'SC-ERROR'],
    ['missed', { missed: true }, 'GCP-INV'],
    ['not missed, and open', { missed: false, status: 'open' }, 'SC-ERROR'],
    ['a page', { limit: 1, behind: events[0]!.position }, 'SUSAR-15'],
  ])('is filtered by %s', async (_what, filter, found) => {
    expect(await rules(filter)).toBe(found);
  });

  it('keeps to the sites and to the trial of the caller', async () => {
    expect(await rules({}, now, ['04'])).toBe('');
    expect(await rules({ site: '03' }, now, ['04'])).toBe('');
    const elsewhere = { trial: 'NCT00000000', sites: 'all' } as const;
    expect(await listObligations(views, elsewhere, now, { limit: 100 })).toEqual([]);
  });

  it('tells the watch of open ones whose time has come to something, in the order of it', async () => {
    // Half of the 24 hours from midnight in Shanghai; the missed one has nothing left to be noted.
    const half = '2024-03-06T04:00:00.000Z';
    expect(await obligationsToCheck(views, '2024-03-06T03:59:59.999Z', { limit: 10 })).toEqual([]);
    const [due, ...none] = await obligationsToCheck(views, half, { limit: 10 });
    expect(due).toEqual({
      ...{ obligation: leak.of('CN-SC-ERROR').obligation, reportingCase: 'case-2', trial, site: '03' },
      ...{ participant: '03-007', clock: 1, noted: 0, nextCheckAt: half },
    });
    expect(none).toEqual([]);
    expect(await obligationsToCheck(views, half, { behind: due, limit: 10 })).toEqual([]);
  });
});
