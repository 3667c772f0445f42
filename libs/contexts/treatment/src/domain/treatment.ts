import {
  streamName,
  unknownEvent,
  withCorrection,
  withImported,
  type Decider,
  type DomainEvent,
  type EventRef,
  type Imported,
  type PartialDate,
  type StreamName,
} from '@platform/kernel';
import type {
  Administration,
  DrugDose,
  Findings,
  Given,
  IdentityCheck,
  PlannedInfusion,
  Premedication,
  ProductUnit,
  Reaction,
  ReactionResolved,
  StepTaken,
  StepType,
  TreatmentEvent,
  UnitThawed,
  VitalSigns,
} from './events';

// Stream

/** Everything that one participant was given: `treatment-{trial}.{participant}`. */
export const treatmentStream = (trial: string, participant: string): StreamName =>
  streamName('treatment', trial, participant);

// State

export type InfusionStatus = 'planned' | 'running' | 'paused' | 'stopped' | 'ended' | 'cancelled';

export interface Infusion extends Omit<PlannedInfusion, 'recordedAfterwards'> {
  readonly status: InfusionStatus;
  readonly identityChecks: readonly Recorded<IdentityCheck>[];
  readonly premedications: readonly Recorded<Premedication>[];
  readonly overriddenGates: readonly string[];
  /** In the order in which they were recorded, which need not be the order in which they happened. */
  readonly steps: readonly Recorded<StepTaken & Given & { readonly type: StepType }>[];
  readonly vitalSigns: readonly Recorded<VitalSigns>[];
  readonly reactions: readonly Recorded<Reaction & { readonly resolvedAt?: PartialDate }>[];
}

/** With the id of the event that recorded it. */
export type Recorded<Data> = Data & { readonly event: string };

/** Rules that were found broken, and rules that could not be judged, as far as the record was told. */
export interface Standing {
  readonly raised: readonly string[];
  readonly notEvaluable: readonly string[];
  /** Ids of the recalls that were found to cover a unit which was given. */
  readonly recalls?: readonly string[];
}

export interface TreatmentState {
  readonly infusions: readonly Infusion[];
  readonly drugDoses: readonly Recorded<DrugDose>[];
  readonly administrations: readonly Recorded<Administration>[];
  /** By infusion, or by the event of a drug dose or administration. */
  readonly standing: Readonly<Record<string, Standing>>;
  /** Every fact as it reads after corrections, in the order of recording. */
  readonly entries: readonly TreatmentEntry[];
  readonly imported: Imported;
}

export type TreatmentEntry = EntryOf<Exclude<TreatmentEvent, { readonly type: 'ValueCorrected' }>>;
type EntryOf<Event> =
  Event extends DomainEvent<infer Type, infer Data>
    ? { readonly event: string; readonly type: Type; readonly data: Data }
    : never;

const initial: TreatmentState = {
  infusions: [],
  drugDoses: [],
  administrations: [],
  standing: {},
  entries: [],
  imported: {},
};

// Evolve

function evolve(state: TreatmentState, event: TreatmentEvent, { id }: EventRef): TreatmentState {
  const {
    departures,
    notEvaluable,
    noLongerHolds,
    recalls,
    flags: _flags,
    ...content
  } = event.data as Findings;
  const found = { departures, notEvaluable, noLongerHolds, recalls };
  if (event.type === 'ValueCorrected') {
    const entries = withCorrection(state.entries, event);
    const read = entries.reduce(take, { ...initial, imported: state.imported });
    const original = entries.find(entry => entry.event === event.data.event);
    return { ...read, standing: original ? stands(state, subjectOf(original), found) : state.standing };
  }
  const entry = { event: id, type: event.type, data: content } as TreatmentEntry;
  return {
    ...take(state, entry),
    standing: stands(state, subjectOf(entry), found),
    imported: isImportable(entry)
      ? withImported(state.imported, entry.data.sourceRecord, asImported(entry.data))
      : state.imported,
  };
}

export const treatmentDecider: Decider<TreatmentState, TreatmentEvent> = { initial, evolve };

interface Voidable {
  /** Set by a correction: the entry belongs to somebody else, or never should have been. It counts no more. */
  readonly enteredInError?: boolean;
}

function take(state: TreatmentState, entry: TreatmentEntry): TreatmentState {
  const known: TreatmentState = { ...state, entries: [...state.entries, entry] };
  if ((entry.data as Voidable).enteredInError === true) return known;
  if (entry.type === 'InfusionPlanned') {
    return { ...known, infusions: [...known.infusions, { ...blank, ...entry.data }] };
  }
  if (entry.type === 'DrugDoseRecorded') {
    return { ...known, drugDoses: [...known.drugDoses, recorded(entry)] };
  }
  if (entry.type === 'AdministrationRecorded') {
    return { ...known, administrations: [...known.administrations, recorded(entry)] };
  }
  // Outside the loop, so that an unknown type stops the reader even when it names no infusion of ours.
  const change = changeBy(entry);
  const infusions = known.infusions.map(infusion =>
    infusion.infusion === entry.data.infusion ? { ...infusion, ...change(infusion) } : infusion,
  );
  return { ...known, infusions };
}

type InfusionEntry = Exclude<
  TreatmentEntry,
  { readonly type: 'InfusionPlanned' | 'DrugDoseRecorded' | 'AdministrationRecorded' }
>;

function changeBy(entry: InfusionEntry): (infusion: Infusion) => Partial<Infusion> {
  switch (entry.type) {
    case 'InfusionPlanChanged':
      return () => entry.data;
    case 'InfusionCancelled':
      return ({ status }) => ({ status: status === 'planned' ? 'cancelled' : status });
    case 'ProductUnitThawed':
      return ({ units }) => ({ units: units.map(unit => thawed(unit, entry.data)) });
    case 'InfusionIdentityVerified':
      return ({ identityChecks }) => ({ identityChecks: [...identityChecks, recorded(entry)] });
    case 'InfusionPremedicationGiven':
      return ({ premedications }) => ({ premedications: [...premedications, recorded(entry)] });
    case 'InfusionGateOverridden':
      return ({ overriddenGates: gates }) => ({ overriddenGates: [...gates, ...entry.data.gates] });
    case 'InfusionStarted':
    case 'InfusionPaused':
    case 'InfusionResumed':
    case 'InfusionStopped':
    case 'InfusionEnded':
      return ({ status, steps }) => ({
        status: statusAfter(status, entry.type),
        steps: [...steps, { ...recorded<StepTaken & Given>(entry), type: entry.type }],
      });
    case 'InfusionVitalSignsRecorded':
      return ({ vitalSigns }) => ({ vitalSigns: [...vitalSigns, recorded(entry)] });
    case 'InfusionProductRecalled':
      return () => ({});
    case 'InfusionReactionRecorded':
      return ({ reactions }) => ({ reactions: [...reactions, recorded(entry)] });
    case 'InfusionReactionResolved':
      return ({ reactions }) => ({ reactions: reactions.map(reaction => resolved(reaction, entry.data)) });
    default:
      return unknownEvent(entry);
  }
}

/**
 * Where a step leaves an infusion. What is reported late changes nothing that came after it: an ended infusion stays
 * ended, and a stopped one can only end.
 */
export function statusAfter(status: InfusionStatus, step: StepType): InfusionStatus {
  if (status === 'ended' || step === 'InfusionEnded') return 'ended';
  if (status === 'stopped' || step === 'InfusionStopped') return 'stopped';
  if (step === 'InfusionPaused') return 'paused';
  return step === 'InfusionStarted' && status === 'paused' ? 'paused' : 'running';
}

const blank = {
  status: 'planned',
  identityChecks: [],
  premedications: [],
  overriddenGates: [],
  steps: [],
  vitalSigns: [],
  reactions: [],
} as const;

const recorded = <Data extends object>({ data, event }: { readonly data: Data; readonly event: string }) => ({
  ...data,
  event,
});

const thawed = (unit: ProductUnit, { din, at, zone, expiresAt }: UnitThawed): ProductUnit =>
  unit.din === din ? { ...unit, thawedAt: at, expiresAt: expiresAt ?? unit.expiresAt, zone } : unit;

const resolved = (reaction: Infusion['reactions'][number], { reaction: id, at }: ReactionResolved) =>
  reaction.reaction === id ? { ...reaction, resolvedAt: at } : reaction;

/** What an entry's departures are counted under. */
export const subjectOf = (entry: TreatmentEntry): string =>
  'infusion' in entry.data ? entry.data.infusion : entry.event;

function stands(state: TreatmentState, subject: string, found: Findings): TreatmentState['standing'] {
  const { departures = [], notEvaluable = [], noLongerHolds = [], recalls = [] } = found;
  const told = departures.length + notEvaluable.length + noLongerHolds.length + recalls.length;
  if (told === 0) return state.standing;
  const before = standingOf(state, subject);
  const raised = new Set([...before.raised, ...departures.map(({ rule }) => rule)]);
  for (const rule of noLongerHolds) raised.delete(rule);
  const unclear = new Set([...before.notEvaluable, ...notEvaluable.map(({ rule }) => rule)]);
  const covering = [...new Set([...(before.recalls ?? []), ...recalls])];
  return {
    ...state.standing,
    [subject]: {
      raised: [...raised],
      notEvaluable: [...unclear],
      ...(covering.length > 0 && { recalls: covering }),
    },
  };
}

export const standingOf = (state: TreatmentState, subject: string): Standing =>
  state.standing[subject] ?? { raised: [], notEvaluable: [] };

const isImportable = (entry: TreatmentEntry) =>
  entry.type === 'DrugDoseRecorded' || entry.type === 'AdministrationRecorded';

/** A dose or an administration as its source says it, without what was computed from it. */
export function asImported(content: DrugDose | Administration): object {
  const { assessment: _computed, ...said } = content as DrugDose;
  return said;
}

/** The step that an infusion is counted from: its start or, as long as no start is recorded, what is known of it. */
export const startOf = ({ steps }: Infusion): Infusion['steps'][number] | undefined =>
  steps.findLast(({ type }) => type === 'InfusionStarted') ?? steps[0];

export const endOf = ({ steps }: Infusion): Infusion['steps'][number] | undefined =>
  steps.findLast(({ type }) => type === 'InfusionEnded');
