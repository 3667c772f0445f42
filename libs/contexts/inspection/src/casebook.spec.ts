import type { DomainEvent, JsonObject } from '@platform/kernel';
import { ruleSetOf } from '@trial/reporting';
import { readCasebook } from './casebook.reader';
import { corrected, participant, prescreened, SmallInspection, trial } from './testing/small-inspection';

const zone = 'Asia/Shanghai';
const kg = (value: number) => ({ value, unit: 'kg' });
const weight: DomainEvent = { type: 'MeasurementRecorded', data: { code: 'WEIGHT', quantity: kg(60) } };

const decision = (evidence: string): DomainEvent => ({
  type: 'ScreeningDecisionRecorded',
  data: {
    ...{ decision: 'eligible', decidedAt: '2024-03-04', protocolVersion: '1.0', overridden: false },
    evaluation: {
      ...{
        protocolVersion: '1.0',
        evaluatedAt: '2024-03-04',
        proposal: 'eligible',
        contradictions: [],
        ranges: [],
      },
      criteria: [{ criterion: 'I1', evidence: [{ event: evidence, what: 'WEIGHT', truth: 'true' }] }],
    },
  },
});

const dose = (evidence: string): DomainEvent => ({
  type: 'DrugDoseRecorded',
  data: {
    ...{ drug: 'CSA', dose: 100, unit: 'mg', frequency: 'BID', at: '2024-03-05', zone },
    assessment: assessedBy(60, evidence),
  },
});

const assessedBy = (kilograms: number, event: string) => ({
  ...{ dailyDose: 3, unit: 'mg/kg/d' },
  weight: { ...kg(kilograms), at: '2024-03-01', event },
});

const response = (evidence: string): DomainEvent => ({
  type: 'ResponseRecorded',
  data: {
    ...{
      definition: 'NIH',
      definitionVersion: '1',
      response: 'PR',
      assessedAt: '2024-03-05',
      overridden: false,
    },
    proposal: { response: 'PR', evidence: [{ event: evidence, what: 'WEIGHT', says: 'PR' }] },
  },
});

const reported: DomainEvent = {
  type: 'AdverseEventReported',
  data: { adverseEvent: 'ae-1', trial, participant, term: 'Fever', onset: '2024-03-02', zone },
};
const unexpected: DomainEvent = {
  type: 'ExpectednessAssessed',
  data: { expected: false, rsiVersion: '1', rsiFrom: '2023-01-01' },
};

const raised = (cause: string): DomainEvent => ({
  type: 'DeviationRaised',
  data: {
    ...{ trial, site: '03', participant, rule: 'DOSE-WINDOW', category: 'safety', severity: 'minor' },
    ...{ description: 'late', causes: [cause], identifiedAt: { at: '2024-03-05', zone } },
  },
});

let ledger: SmallInspection;
beforeEach(() => {
  ledger = new SmallInspection();
});

const casebook = (options: Parameters<SmallInspection['ask']>[1] = {}) =>
  ledger.ask(context => readCasebook({ trial, participant }, context), options);

const owed = (obligation: string, anchorAt: string): DomainEvent => ({
  type: 'ObligationOpened',
  data: {
    ...{ obligation, trial, site: '03', participant, adverseEvent: 'ae-1', provisional: true },
    ...{ ruleSet: 'ICH-E2A', ruleSetVersion: '1', because: ['serious by hospitalisation'] },
    rule: ruleSetOf('ICH-E2A', '1')!.rules[2]! as unknown as JsonObject,
    clock: clock(1, anchorAt),
  },
});
const clock = (number: number, at: string) => ({
  ...{ number, anchor: 'sponsorFirstKnowledge', anchorAt: { at, zone }, start: `${at}T00:00:00.000Z` },
  ...{ readings: [], due: '2024-03-20T15:59:59.999Z', dueLocal: '2024-03-20T23:59:59', zone },
});

describe('a casebook', () => {
  it('lists who owes which report, with every clock, as of any moment', async () => {
    ledger.of(prescreened());
    ledger.adverseEvent(reported);
    ledger.reportingCase(owed('o-1', '2024-03-05'));
    const opened = ledger.last;
    const moved = { obligation: 'o-1', clock: clock(2, '2024-03-04'), why: 'person', because: [] };
    ledger.reportingCase({ type: 'ObligationReanchored', data: moved });
    const sent = {
      ...{ obligation: 'o-1', reference: 'R-1', sentAt: { at: '2024-03-06', zone } },
      ...{ sentBy: 'officer', sentTo: ['regulator'], inTime: true },
    };
    ledger.reportingCase({ type: 'ObligationFulfilled', data: sent });
    ledger.reportingCase(owed('o-2', '2024-03-05'), 'ae-2', '03-008');
    const now = (await casebook()).obligations;
    expect(now).toMatchObject([
      { reportingCase: 'ae-1', obligation: 'o-1', status: 'fulfilled', rule: { id: 'ICH-E2A-15' } },
    ]);
    expect(now[0]!.clocks.map(({ anchorAt, ended }) => [anchorAt.at, ended?.by])).toEqual([
      ['2024-03-05', 'reanchored'],
      ['2024-03-04', 'fulfilled'],
    ]);
    const then = (await casebook({ standsAt: opened })).obligations;
    expect(then.map(({ status, clocks }) => [status, clocks.length])).toEqual([['open', 1]]);
  });

  it('holds what is in all of a participant’s streams, and nothing of anybody else', async () => {
    ledger.of(prescreened());
    ledger.of(prescreened('03-008'), '03-008');
    ledger.of(weight, '03-008');
    const ours = ledger.of(weight);
    const planned = { infusion: 'i-1', ordinal: 1, product: 'UCB', plannedOn: '2024-03-06', zone, units: [] };
    ledger.treatment({ type: 'InfusionPlanned', data: planned });
    ledger.adverseEvent(reported);
    ledger.adverseEvent({ type: 'SeriousnessAssessed', data: { serious: true } });
    ledger.adverseEvent({ ...reported, data: { ...reported.data, adverseEvent: 'ae-2' } }, 'ae-2', '03-008');
    ledger.deviation(raised(ours));
    expect(await casebook()).toMatchObject({
      ...{ trial, participant, site: '03', protocolVersion: '1.0' },
      identity: { sex: 'female', birthYear: 1980 },
      status: { current: { status: 'prescreened' }, history: [] },
      consent: { standing: 'none', signed: [] },
      enrollment: [],
      measurements: [{ event: ours, data: { quantity: kg(60) } }],
      treatment: { infusions: [{ infusion: 'i-1', status: 'planned' }] },
      adverseEvents: [{ adverseEvent: 'ae-1', serious: true, related: true, details: { term: 'Fever' } }],
      deviations: [{ deviation: 'dev-1', status: 'raised' }],
      ...{ corrections: [], flags: [] },
    });
  });

  it('shows a corrected value with what was written first, who corrected it and why', async () => {
    ledger.of(prescreened());
    const entry = ledger.of(weight);
    const correction = ledger.of(corrected(entry, 'quantity', kg(61), kg(60)));
    const { measurements, corrections } = await casebook();
    expect(measurements).toEqual([
      expect.objectContaining({
        event: entry,
        data: { code: 'WEIGHT', quantity: kg(61) },
        recorded: { code: 'WEIGHT', quantity: kg(60) },
      }),
    ]);
    expect(corrections).toMatchObject([
      {
        ...{ correction, event: entry, field: 'quantity', value: kg(61), previous: kg(60) },
        ...{ reason: { code: 'typo' }, by: { user: 'coordinator-01' } },
      },
    ]);
  });

  it('keeps an entry that was entered in error', async () => {
    ledger.of(prescreened());
    const entry = ledger.of(weight);
    ledger.of(corrected(entry, 'enteredInError', true, null));
    expect((await casebook()).measurements).toMatchObject([{ event: entry, data: { enteredInError: true } }]);
  });

  it('ends where it is asked to end', async () => {
    ledger.of(prescreened());
    const before = ledger.last;
    ledger.of(weight);
    ledger.adverseEvent(reported);
    expect(await casebook({ standsAt: before })).toMatchObject({ measurements: [], adverseEvents: [] });
  });

  it('is nobody’s before the person was prescreened, and nobody’s for a caller of other sites', async () => {
    const refusal = { rejection: { rejected: 'absent', rule: 'INSPECTION-PARTICIPANT-UNKNOWN' } };
    ledger.of(prescreened('03-008'), '03-008');
    await expect(casebook()).rejects.toMatchObject(refusal);
    ledger.of(prescreened());
    await expect(casebook({ sites: ['04'] })).rejects.toMatchObject(refusal);
    await expect(casebook({ sites: ['03'] })).resolves.toMatchObject({ participant });
  });
});

describe('a flag', () => {
  /** Something that stands on a weight, and the id of its event. */
  const derivations: readonly (readonly [kind: string, write: (evidence: string) => string])[] = [
    ['screeningDecision', evidence => ledger.of(decision(evidence))],
    ['response', evidence => ledger.of(response(evidence))],
    ['drugDose', evidence => ledger.treatment(dose(evidence))],
    ['deviation', evidence => ledger.deviation(raised(evidence))],
  ];

  it.each(derivations)('stands at a %s whose value was corrected afterwards', async (kind, write) => {
    ledger.of(prescreened());
    const entry = ledger.of(weight);
    const derived = write(entry);
    expect((await casebook()).flags).toEqual([]);
    const correction = ledger.of(corrected(entry, 'quantity', kg(61), kg(60)));
    expect((await casebook()).flags).toMatchObject([
      { kind, event: derived, correction, corrected: entry, field: 'quantity' },
    ]);
  });

  it.each(derivations)('does not stand at a %s that knew of the correction', async (_, write) => {
    ledger.of(prescreened());
    const entry = ledger.of(weight);
    ledger.of(corrected(entry, 'quantity', kg(61), kg(60)));
    write(entry);
    expect((await casebook()).flags).toEqual([]);
  });

  it.each(derivations)('does not stand at a %s when another value was corrected', async (_, write) => {
    ledger.of(prescreened());
    const another = ledger.of(weight);
    write(ledger.of(weight));
    ledger.of(corrected(another, 'quantity', kg(61), kg(60)));
    expect((await casebook()).flags).toEqual([]);
  });

  it('goes from a dose when it was computed anew', async () => {
    ledger.of(prescreened());
    const entry = ledger.of(weight);
    const derived = ledger.treatment(dose(entry));
    ledger.of(corrected(entry, 'quantity', kg(61), kg(60)));
    ledger.treatment(corrected(derived, 'assessment', assessedBy(61, entry), assessedBy(60, entry)));
    expect((await casebook()).flags).toEqual([]);
  });

  it('stands at an expectedness whose onset was corrected, and only then', async () => {
    ledger.of(prescreened());
    const report = ledger.adverseEvent(reported);
    const derived = ledger.adverseEvent(unexpected);
    ledger.adverseEvent(corrected(report, 'term', 'High fever', 'Fever'));
    expect((await casebook()).flags).toEqual([]);
    const correction = ledger.adverseEvent(corrected(report, 'onset', '2024-03-03', '2024-03-02'));
    expect((await casebook()).flags).toMatchObject([{ kind: 'expectedness', event: derived, correction }]);
  });
});
