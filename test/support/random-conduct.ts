import fc from 'fast-check';
import { CommandRejected, filled, type Command } from '@platform/commands';
import {
  AttestStatements,
  ChangeParticipantStatus,
  CorrectParticipantValue,
  EnrollParticipant,
  RecordLaboratoryResults,
  RecordMeasurements,
  RecordScreeningDecision,
  SignConsent,
  WithdrawConsent,
} from '@trial/participants';
import {
  AmendAdverseEvent,
  AssessCausality,
  AssessSeriousness,
  CorrectAdverseEventValue,
  RecordAdverseEventOutcome,
  ReportAdverseEvent,
  VoidAdverseEvent,
} from '@trial/safety';
import { ChangeSiteStatus } from '@trial/sites';
import { EndInfusion, PlanInfusion, RecordDrugDose, StartInfusion } from '@trial/treatment';
import { days, trial, zone, type RunningTrial } from './trial';

/** One thing that somebody may do: which, to whom, and a number that the rest follows from. */
export interface Deed {
  readonly what: keyof typeof deeds;
  readonly whom: number;
  readonly number: number;
}

const reason = { code: 'random', text: 'One of many.' };
const afterwards = (minute: number) => ({
  at: { at: `2024-03-05T09:${String(minute % 60).padStart(2, '0')}`, zone },
  recordedAfterwards: true,
});

/** What is known so far of whom things are done to. */
class Conduct {
  readonly participants: string[] = [];
  readonly adverseEvents: {
    readonly participant: string;
    readonly adverseEvent: string;
    readonly event: string;
  }[] = [];
  readonly infusions: { readonly participant: string; readonly infusion: string }[] = [];
  readonly results: { readonly participant: string; readonly event: string }[] = [];

  constructor(readonly running: RunningTrial) {}

  submit(command: Command, target: { readonly participant: string }) {
    return this.running.submit(command, target);
  }
}

type Do = (conduct: Conduct, whom: number, number: number) => Promise<unknown>;

/** To somebody who is there; nothing happens as long as there is nobody. */
const to =
  <Thing>(
    things: (conduct: Conduct) => readonly Thing[],
    act: (c: Conduct, thing: Thing, n: number) => Promise<unknown>,
  ): Do =>
  async (conduct, whom, number) => {
    const all = things(conduct);
    if (all.length > 0) await act(conduct, all[whom % all.length]!, number);
  };

const toParticipant = (command: (number: number) => Command): Do =>
  to(
    ({ participants }) => participants,
    (conduct, participant, number) => conduct.submit(command(number), { participant }),
  );

const toAdverseEvent = (command: (number: number, event: string) => Command): Do =>
  to(
    ({ adverseEvents }) => adverseEvents,
    (conduct, { event, ...target }, number) => conduct.submit(command(number, event), target),
  );

const toInfusion = (command: (number: number) => Command): Do =>
  to(
    ({ infusions }) => infusions,
    (conduct, target, number) => conduct.submit(command(number), target),
  );

const pick = <Value>(values: readonly Value[], number: number): Value => values[number % values.length]!;

const deeds = {
  prescreen: async (conduct, whom) => {
    conduct.participants.push(await conduct.running.prescreenedAt(pick(['01', '02'], whom)));
  },
  consent: toParticipant(n =>
    filled(SignConsent, { version: pick(['2.0', '2.0', '1.9'], n), signedAt: days.consented }),
  ),
  result: to(
    ({ participants }) => participants,
    async (conduct, participant, number) => {
      const quantity = { value: number, unit: 'U/L' };
      const result = { analyte: 'ALT', quantity, collectedAt: days.sampled, laboratory: 'central' };
      const { events } = await conduct.submit(filled(RecordLaboratoryResults, { results: [result] }), {
        participant,
      });
      // The same result again adds nothing.
      const [event] = events;
      if (event) conduct.results.push({ participant, event: event.id });
    },
  ),
  weight: toParticipant(n => {
    const quantity = { value: 40 + (n % 50), unit: 'kg' };
    return filled(RecordMeasurements, {
      measurements: [{ code: 'WEIGHT', quantity, takenAt: days.sampled }],
    });
  }),
  statement: toParticipant(n => {
    const key = pick(['noTransplantationPlanned', 'severeMentalIllness'], n);
    return filled(AttestStatements, { statements: [{ key, holds: n % 2 === 0, attestedAt: days.decided }] });
  }),
  decide: toParticipant(n => {
    const decision = pick(['eligible', 'eligible', 'notEligible', 'deferred'] as const, n);
    return filled(RecordScreeningDecision, { decision, decidedAt: days.decided, reason });
  }),
  enroll: toParticipant(() => filled(EnrollParticipant, { enrolledAt: days.decided })),
  status: toParticipant(n => {
    const status = pick(['inFollowUp', 'lostToFollowUp', 'withdrawnFromTreatment', 'died'] as const, n);
    return filled(ChangeParticipantStatus, { status, since: days.decided, reason });
  }),
  withdraw: toParticipant(() => {
    const withdrawal = { withdrawnAt: days.decided, dataUse: 'useCollected', reason } as const;
    return filled(WithdrawConsent, withdrawal);
  }),
  correct: to(
    ({ results }) => results,
    (conduct, { participant, event }, number) => {
      const value = { value: number / 2, unit: 'U/L' };
      return conduct.submit(filled(CorrectParticipantValue, { event, field: 'quantity', value, reason }), {
        participant,
      });
    },
  ),
  report: to(
    ({ participants }) => participants,
    async (conduct, participant, number) => {
      const report = filled(ReportAdverseEvent, { term: `Fever ${number}`, onset: days.sampled });
      const { ids, events } = await conduct.submit(report, { participant });
      conduct.adverseEvents.push({ participant, adverseEvent: ids.adverseEvent!, event: events[0]!.id });
    },
  ),
  seriousness: toAdverseEvent(n => filled(AssessSeriousness, { hospitalisation: n % 2 === 0, reason })),
  causality: toAdverseEvent(n =>
    filled(AssessCausality, { term: pick(['possible', 'unlikely'], n), reason }),
  ),
  amend: toAdverseEvent(n => filled(AmendAdverseEvent, { description: `Seen ${n} times`, reason })),
  onset: toAdverseEvent((n, event) => {
    const value = pick(['2024-03-03', '2024-03-04'], n);
    return filled(CorrectAdverseEventValue, { event, field: 'onset', value, reason });
  }),
  outcome: toAdverseEvent(n => {
    const outcome = pick(['recovered', 'recovering'] as const, n);
    return filled(RecordAdverseEventOutcome, { outcome, reason });
  }),
  void: toAdverseEvent(() => filled(VoidAdverseEvent, { reason })),
  plan: to(
    ({ participants }) => participants,
    async (conduct, participant, number) => {
      const units = [{ din: `W${number}`, kind: 'UCB-MSC' }];
      const plan = filled(PlanInfusion, { product: 'UCB-MSC', plannedOn: days.decided, units });
      const { ids } = await conduct.submit(plan, { participant });
      conduct.infusions.push({ participant, infusion: ids.infusion! });
    },
  ),
  start: toInfusion(n => filled(StartInfusion, afterwards(n))),
  end: toInfusion(n => filled(EndInfusion, { cellsGiven: n * 1e6, ...afterwards(n) })),
  dose: toParticipant(n =>
    filled(RecordDrugDose, {
      ...{ drug: 'CSA', dose: 2 * n, unit: 'mg', frequency: 'BID' },
      at: { at: days.decided, zone },
    }),
  ),
  site: async ({ running }, whom, number) => {
    const status = pick(['enrollmentPaused', 'activated'] as const, number);
    const target = { trial, site: pick(['01', '02'], whom) };
    await running.ledger.asOperator(filled(ChangeSiteStatus, { status, reason }), target);
  },
  wait: async ({ running }, whom, number) => running.clock.advance(number * 60_000 * (1 + whom)),
} satisfies Record<string, Do>;

const kinds = Object.keys(deeds) as (keyof typeof deeds)[];

/** What every history begins with, so that none is without an enrollment, a deviation and a correction. */
const beginning = (
  ['prescreen', 'consent', 'result', 'decide', 'enroll', 'report', 'correct'] as const
).flatMap(what => [0, 1].map((whom): Deed => ({ what, whom, number: 4 * whom })));

/** A few people in the trial, and then almost anything, in almost any order. */
export const someDeeds = fc
  .array(fc.record({ what: fc.constantFrom(...kinds), whom: fc.nat(5), number: fc.nat(99) }), {
    minLength: 15,
    maxLength: 50,
  })
  .map((random): readonly Deed[] => [...beginning, ...random]);

/** Does it all, one after the other; what a rule refuses is left out. @returns the participants */
export async function carryOut(running: RunningTrial, history: readonly Deed[]): Promise<readonly string[]> {
  const known = new Conduct(running);
  for (const { what, whom, number } of history) {
    try {
      await deeds[what](known, whom, number);
    } catch (error) {
      if (!(error instanceof CommandRejected)) throw error;
    }
    running.clock.advance(1_000);
  }
  return known.participants;
}
