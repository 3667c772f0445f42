import type { DomainEvent, PartialDate, Quantity, SourceRecord, ValueCorrected } from '@platform/kernel';
import type { Departure } from '@trial/participants';

// Events. These names are the storage format.

export type TreatmentEvent =
  | Fact<'InfusionPlanned', PlannedInfusion>
  | Fact<'InfusionPlanChanged', OfInfusion & Partial<PlanDetails>>
  | Fact<'InfusionCancelled', OfInfusion>
  | Fact<'ProductUnitThawed', UnitThawed>
  | Fact<'InfusionIdentityVerified', IdentityCheck>
  | Fact<'InfusionPremedicationGiven', Premedication>
  | Fact<'InfusionGateOverridden', OfInfusion & { readonly gates: readonly string[] }>
  | Fact<'InfusionStarted', StepTaken>
  | Fact<'InfusionPaused', StepTaken>
  | Fact<'InfusionResumed', StepTaken>
  | Fact<'InfusionStopped', StepTaken>
  | Fact<'InfusionEnded', StepTaken & Given>
  | Fact<'InfusionVitalSignsRecorded', VitalSigns>
  | Fact<'InfusionReactionRecorded', Reaction>
  | Fact<'InfusionReactionResolved', ReactionResolved>
  | Fact<'InfusionProductRecalled', OfInfusion & { readonly recall: string }>
  | Fact<'DrugDoseRecorded', DrugDose>
  | Fact<'AdministrationRecorded', Administration>
  | Fact<'ValueCorrected', ValueCorrected['data']>;

type Fact<Type extends string, Data extends object> = DomainEvent<Type, Data & Findings>;

/** What the decision found when it recorded something. The fact itself is never refused for it. */
export interface Findings {
  readonly departures?: readonly Departure[];
  /** Rules that could not be judged on what is known. */
  readonly notEvaluable?: readonly { readonly rule: string; readonly why: string }[];
  /** Rules whose departure was raised before and which the record now keeps: for whoever assesses the deviation. */
  readonly noLongerHolds?: readonly string[];
  /** Recalls in force that cover a unit which was given: the participant is exposed, even where no rule is broken. */
  readonly recalls?: readonly string[];
  /** Doubts about the record itself, as opposed to departures from the protocol. */
  readonly flags?: readonly string[];
}

export interface OfInfusion {
  readonly infusion: string;
}

/** Wall-clock time of the place, and the place's IANA zone. The event's `occurredAt` says the same. */
export interface Timed {
  readonly at: PartialDate;
  readonly zone: string;
}

/** One bag or vial, by its ISBT 128 donation identification number. */
export interface ProductUnit {
  readonly din: string;
  readonly lot?: string;
  /** The manufacturer's number of the batch that the lot was made from. */
  readonly batch?: string;
  /** `UCB`, `UC-MSC`. */
  readonly kind: string;
  /** Last day or minute of use. */
  readonly expiresAt?: PartialDate;
  readonly thawedAt?: PartialDate;
  /** IANA zone of these two, where it is another one than the plan's. */
  readonly zone?: string;
}

export interface PlanDetails {
  readonly plannedOn: PartialDate;
  readonly units: readonly ProductUnit[];
}

export interface PlannedInfusion extends OfInfusion, PlanDetails {
  /** 1 for the first infusion of the product. */
  readonly ordinal: number;
  /** Code of the protocol's intervention. */
  readonly product: string;
  readonly zone: string;
  readonly recordedAfterwards?: boolean;
}

export interface UnitThawed extends OfInfusion, Timed {
  readonly din: string;
  readonly expiresAt?: PartialDate;
}

export interface IdentityCheck extends OfInfusion, Timed {
  /** Two different people: who recorded the check, and who checked with them. */
  readonly verifiedBy: readonly [string, string];
  /** The donation numbers that were read off the units. */
  readonly units: readonly string[];
  /** Units that are planned and were not read, or were read and are not planned. */
  readonly mismatches?: readonly string[];
}

export interface Premedication extends OfInfusion, Timed {
  readonly drug: string;
  readonly dose?: number;
  readonly unit?: string;
  readonly route?: string;
}

export interface StepTaken extends OfInfusion, Timed {
  /** Entered after it had happened; nothing could be prevented any more. */
  readonly recordedAfterwards?: boolean;
}

export interface Given {
  /** Viable cells in all units together, as a number; absent when it is not known. */
  readonly cellsGiven?: number;
  readonly volumeMl?: number;
}

export interface VitalSigns extends OfInfusion, Timed {
  readonly phase: 'before' | 'during' | 'after';
  readonly values: readonly (Quantity & { readonly code: string })[];
}

export interface Reaction extends OfInfusion, Timed {
  readonly reaction: string;
  readonly term: string;
  /** CTCAE v5. */
  readonly grade: number;
  readonly adverseEvent?: string;
}

export interface ReactionResolved extends OfInfusion, Timed {
  readonly reaction: string;
}

export interface DrugDose extends Timed {
  readonly drug: string;
  /** A single dose, in a UCUM unit. */
  readonly dose: number;
  readonly unit: string;
  /** CDISC frequency code: `QD`, `BID`, `Q12H`. */
  readonly frequency: string;
  /** Last day of this dose; absent while it goes on. */
  readonly until?: PartialDate;
  readonly sourceRecord?: SourceRecord;
  readonly assessment?: DoseAssessment;
}

/** The daily dose in the protocol's unit, and the weight that it stands on. */
export interface DoseAssessment {
  readonly dailyDose: number;
  readonly unit: string;
  readonly weight?: Weight;
}

export interface Weight extends Quantity {
  readonly at: PartialDate;
  /** Id of the event that recorded it. */
  readonly event: string;
}

/** An exposure as a source reports it; the source may be silent about almost everything. */
export interface Administration {
  readonly treatment: string;
  readonly dose?: number;
  readonly unit?: string;
  readonly form?: string;
  readonly route?: string;
  readonly frequency?: string;
  readonly start?: PartialDate;
  readonly end?: PartialDate;
  readonly zone: string;
  readonly visit?: string;
  readonly sourceRecord?: SourceRecord;
}

export type StepType =
  'InfusionStarted' | 'InfusionPaused' | 'InfusionResumed' | 'InfusionStopped' | 'InfusionEnded';
