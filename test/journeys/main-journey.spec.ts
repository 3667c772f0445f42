import type { Page } from '../support/chronicle';
import { isScaleOut } from '../support/modes/mode';
import { ParticipantStory, reason } from '../support/participant-story';
import { RunningTrial, zone } from '../support/trial';

/** All tests of this file are about one history. */
describe('a participant’s way through the trial', () => {
  let running: RunningTrial;
  let story: ParticipantStory;

  beforeAll(async () => {
    running = await RunningTrial.start(['01'], {}, { now: '2024-02-26T01:00:00.000Z' });
    story = await ParticipantStory.run(running);
  });

  afterAll(() => running.stop());

  const pageOf = (type: string, nth = 0): Page =>
    story.chronicle.pages.filter(({ receipt }) => receipt.events.some(event => event.type === type))[nth]!;
  const before = (page: Page): Page => story.chronicle.pages[story.chronicle.pages.indexOf(page) - 1]!;
  const trailOf = ({ receipt, told }: Page) => {
    const entries = told.trail!.body.entries as readonly TrailEntry[];
    return receipt.events.map(({ id }) => entries.find(({ event }) => event === id)!);
  };

  it('shows each step in the audit trail right after its receipt, in the name of who took it', () => {
    expect(story.chronicle.pages.length).toBeGreaterThan(35);
    for (const page of story.chronicle.pages) {
      const { receipt } = page;
      const shown = trailOf(page).map(({ type, recordedAt }) => ({ type, recordedAt }));
      expect(shown).toEqual(receipt.events.map(({ type }) => ({ type, recordedAt: receipt.recordedAt })));
    }
    const actors = ['StatementAttested', 'ParticipantEnrolled', 'InfusionPlanned', 'ValueCorrected'].map(
      type => trailOf(pageOf(type))[0]!.actor.user,
    );
    expect(actors).toEqual(['investigator-01', 'coordinator-01', 'pharmacist-01', 'data-manager-00']);
    expect(trailOf(pageOf('ScreeningDecisionRecorded'))[0]).toMatchObject({
      actor: { role: 'investigator', printedName: 'Test account investigator-01' },
      ...{ source: 'person', protocolVersion: '1.0', occurredAt: { at: '2024-03-05', zone } },
      subject: { trial: 'NCT05794425', site: '01', participant: story.participant },
    });
  });

  it('evaluates all 18 criteria for the decision, a value in mg/dL by the limit of its laboratory', () => {
    const { told } = pageOf('ScreeningDecisionRecorded');
    const { evaluation, ...decision } = told.casebook!.body.screening.decisions[0].data;
    expect(decision).toMatchObject({ decision: 'eligible', overridden: false, protocolVersion: '1.0' });
    expect(evaluation.proposal).toBe('eligible');
    const criteria = evaluation.criteria as readonly Criterion[];
    expect(criteria.filter(({ verdict }) => verdict === 'passes').map(({ criterion }) => criterion)).toEqual([
      ...['IN01', 'IN02', 'IN03', 'IN04', 'IN05', 'IN06', 'IN07', 'IN08'],
      ...['EX01', 'EX02', 'EX03', 'EX04', 'EX05', 'EX06', 'EX07', 'EX08', 'EX09', 'EX10'],
    ]);
    for (const id of ['IN02', 'EX05']) {
      const { evidence } = criteria.find(({ criterion }) => criterion === id)!;
      const limit = { value: 1.5, unit: 'mg/dL', limit: 1.5, limitUnit: 'mg/dL' };
      expect(evidence).toContainEqual(expect.objectContaining({ what: 'CREAT', ...limit }));
    }
    expect(evaluation.ranges).toContainEqual(
      expect.objectContaining({ analyte: 'CREAT', laboratory: 'village', unit: 'mg/dL', high: 1 }),
    );
  });

  it('counts the enrollment on the board from its receipt on', () => {
    const enrolled = pageOf('ParticipantEnrolled');
    expect(before(enrolled).told.board!.body.participants).toMatchObject({ screened: 1, enrolled: 0 });
    expect(enrolled.told.board!.body.participants).toMatchObject({
      screened: 1,
      enrolled: 1,
      notEnrolled: 0,
    });
    expect(enrolled.told.casebook!.body.status.current.status).toBe('enrolled');
    expect(enrolled.told.screeningLog!.body.participants).toEqual([
      expect.objectContaining({ participant: story.participant, enrolledAt: '2024-03-05', arm: 'UCB-MSC' }),
    ]);
  });

  it('records an infusion with too many cells, and raises a deviation that names it', () => {
    const [first, second] = [pageOf('InfusionEnded'), pageOf('InfusionEnded', 1)];
    expect(first.told.casebook!.body.deviations).toEqual([]);
    const cause = second.receipt.events[0]!.id;
    expect(second.told.casebook!.body.deviations).toEqual([
      expect.objectContaining({
        status: 'raised',
        raised: expect.objectContaining({ rule: 'TRT-DOSE', causes: [cause] }),
      }),
    ]);
    expect(second.told.board!.body.deviations).toMatchObject({ raised: 1, open: 1 });
    expect(second.told.board!.body.infusions).toMatchObject({ planned: 0, underWay: 0, done: 2 });
    const entries = second.told.trail!.body.entries as readonly TrailEntry[];
    const raised = entries.find(({ type }) => type === 'DeviationRaised');
    expect(raised).toMatchObject({ source: 'system', causationId: cause, actor: { role: 'system' } });
    expect(pageOf('InfusionStarted').told.casebook!.body.status.current.status).toBe('onTreatment');
    expect(pageOf('DrugDoseRecorded').told.casebook!.body.treatment.drugDoses).toEqual([
      expect.objectContaining({ assessment: expect.objectContaining({ dailyDose: 4, unit: 'mg/kg/d' }) }),
    ]);
  });

  it('follows the adverse event from its report over both judgements to its outcome', () => {
    const reported = pageOf('AdverseEventReported');
    expect(reported.told.board!.body.adverseEvents).toMatchObject({
      reported: 1,
      open: 1,
      seriousnessMissing: 1,
    });
    const of = (page: Page) => page.told.casebook!.body.adverseEvents[0];
    expect(of(reported)).toMatchObject({ serious: false, susar: false });
    const outcome = pageOf('AdverseEventOutcomeRecorded');
    expect(of(outcome)).toMatchObject({ serious: true, related: true, susar: false, contradictions: [] });
    expect(outcome.told.board!.body.adverseEvents).toMatchObject({ open: 0, serious: 1, seriousOpen: 0 });
    const [amended] = trailOf(pageOf('AdverseEventAmended'));
    expect(amended).toMatchObject({ reason });
    expect(amended!.lines).toContainEqual(
      expect.objectContaining({ field: 'onset', value: '2024-03-13T17:00', previous: '2024-03-13T18:00' }),
    );
  });

  it('flags the decision that stood on a corrected value, and leaves it as it was', () => {
    const corrected = pageOf('ValueCorrected');
    const decision = pageOf('ScreeningDecisionRecorded').receipt.events[0]!.id;
    const { casebook, screeningLog, board } = corrected.told;
    expect(before(corrected).told.casebook!.body.flags).toEqual([]);
    expect(casebook!.body.flags).toEqual([
      expect.objectContaining({ kind: 'screeningDecision', event: decision, field: 'quantity' }),
    ]);
    expect(casebook!.body.screening.decisions[0].data.decision).toBe('eligible');
    const results = casebook!.body.laboratory as readonly { data: { analyte: string } }[];
    expect(results.find(({ data }) => data.analyte === 'CREAT')).toMatchObject({
      data: { quantity: { value: 1.7, unit: 'mg/dL' } },
      recorded: { quantity: { value: 1.5, unit: 'mg/dL' } },
    });
    expect(screeningLog!.body.participants[0]).toMatchObject({
      status: 'inFollowUp',
      decisionAffected: true,
    });
    expect(board!.body.participants.decisionsAffected).toBe(1);
    const [entry] = trailOf(corrected);
    expect(entry).toMatchObject({ reason, corrects: { field: 'quantity' } });
    expect(entry!.lines).toContainEqual(
      expect.objectContaining({ field: 'quantity.value', value: 1.7, previous: 1.5, unit: 'mg/dL' }),
    );
  });

  it('keeps who did not pass the screening: in a casebook, in the trail and on the board', () => {
    const { receipt, told } = pageOf('ScreeningDecisionRecorded', 1);
    expect(told.casebook!.body).toMatchObject({
      ...{ participant: story.failed, enrollment: [], status: { current: { status: 'screenFailure' } } },
      screening: { decisions: [{ data: { decision: 'notEligible' } }] },
    });
    const { criteria } = told.casebook!.body.screening.decisions[0].data.evaluation;
    expect(criteria).toContainEqual(expect.objectContaining({ criterion: 'EX06', outcome: 'met' }));
    expect(told.trail!.body.entries.map(({ event }: TrailEntry) => event)).toContain(receipt.events[0]!.id);
    expect(told.board!.body.participants).toMatchObject({ screened: 2, enrolled: 1, notEnrolled: 1 });
    const numbers = told.screeningLog!.body.participants.map(
      (each: { participant: string }) => each.participant,
    );
    expect(numbers).toEqual([story.participant, story.failed]);
  });

  it('answers as of every earlier answer’s position and instant exactly as it did then', async () => {
    // On servers each answer reads the log over the network again: every fifth page tells whether that is done right.
    const asked = story.chronicle.pages.filter((_, index) => !isScaleOut || index % 5 === 0);
    for (const { told } of asked) {
      for (const { question, body } of Object.values(told)) {
        const then = { ...body, standsAt: { ...body.standsAt, asOf: true } };
        expect(await story.chronicle.askAsOf(question, body.standsAt.position)).toEqual(then);
        expect(await story.chronicle.askAsOf(question, body.standsAt.recordedAt)).toEqual(then);
      }
    }
  });

  it('answers as of a receipt without what followed from it', async () => {
    const followed = new Set<string>();
    for (const { receipt, told } of story.chronicle.pages) {
      for (const name of ['casebook', 'board', 'screeningLog']) {
        const { question, body } = told[name]!;
        const then = await story.chronicle.askAsOf(question, receipt.position);
        expect(then.standsAt.position).toBe(receipt.position);
        const [{ standsAt: _, ...was }, { standsAt: __, ...seen }] = [then, body];
        if (JSON.stringify(was) !== JSON.stringify(seen)) followed.add(`${receipt.events[0]!.type}: ${name}`);
      }
    }
    // The first treatment changes the status, the dose raises a deviation, and the serious event has to be reported;
    // what is found out about it moves the clocks. Nothing else follows from anything.
    expect([...followed]).toEqual([
      ...['casebook', 'board', 'screeningLog'].map(name => `InfusionStarted: ${name}`),
      ...['casebook', 'board'].map(name => `InfusionEnded: ${name}`),
      ...['SeriousnessAssessed', 'ExpectednessAssessed', 'AdverseEventOutcomeRecorded'].map(
        type => `${type}: casebook`,
      ),
    ]);
    const first = story.chronicle.pages[0]!;
    const early = await story.chronicle.ask(
      `/participants/${story.participant}/casebook?asOf=${BigInt(first.receipt.position) - 1n}`,
    );
    expect([early.status, early.body.rule]).toEqual([404, 'INSPECTION-PARTICIPANT-UNKNOWN']);
  });
});

interface TrailEntry {
  readonly event: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly actor: { readonly user: string };
  readonly lines: readonly object[];
}

interface Criterion {
  readonly criterion: string;
  readonly verdict: string;
  readonly evidence: readonly object[];
}
