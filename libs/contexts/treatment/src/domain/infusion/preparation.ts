import {
  absent,
  canonicalJson,
  conflict,
  derivedId,
  invalid,
  isRejection,
  isUnit,
  refuse,
  type Decision,
  type JsonObject,
  type PartialDate,
  type Reason,
  type Rejection,
} from '@platform/kernel';
import type { OfInfusion, PlanDetails, ProductUnit, TreatmentEvent } from '../events';
import type { Context } from '../facts';
import { findings, infusionOf, judged } from '../judgement';
import { isPast, momentOf, occurred, wrongDate, wrongZone, type Happening } from '../moment';
import { recallRule, standingRecalls } from '../recall/not-recalled';
import { unitMismatches } from '../rules';
import type { Infusion, TreatmentState } from '../treatment';

export interface InfusionToPlan extends PlanDetails {
  /** Code of the protocol's intervention. */
  readonly product: string;
  readonly zone?: string;
  readonly recordedAfterwards?: boolean;
}

/** The id of an infusion follows from the command that planned it. */
export const infusionIdOf = (commandId: string): string => derivedId('infusion', commandId);

/** Plans the next infusion of a product; one that was given already is planned in retrospect, whatever it was. */
export function planInfusion(
  command: InfusionToPlan,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { product, plannedOn, units, recordedAfterwards } = command;
  const wrong = wrongPlan(command);
  if (wrong) return wrong;
  const recalled = isPast(command, context) ? undefined : recalledUnit(units, context);
  if (recalled) return recalled;
  const { interventions, zone: ofSite } = context.facts;
  const infusions = interventions.filter(plan => plan.kind === 'infusion');
  const plan = infusions.find(({ code }) => code === product);
  if (!plan && !isPast(command, context)) {
    const codes = infusions.map(({ code }) => code).join(', ') || 'none';
    return invalid('TRT-PRODUCT', 'product', `The protocol's infusions are: ${codes}.`);
  }
  const earlier = state.infusions.filter(known => known.product === product && known.status !== 'cancelled');
  const ordinal = earlier.length + 1;
  const infusion = infusionIdOf(context.commandId);
  const flags = plan && ordinal > plan.plannedInfusions ? ['TRT-MORE-THAN-PLANNED'] : [];
  const data = {
    ...{ infusion, ordinal, product, plannedOn, zone: command.zone ?? ofSite, units },
    ...(recordedAfterwards && { recordedAfterwards }),
    ...findings({ flags }),
  };
  return [{ type: 'InfusionPlanned', data, about: { infusion } }];
}

/** Another day, or other units, for an infusion that has not begun. */
export function changeInfusionPlan(
  command: OfInfusion & Partial<PlanDetails> & { readonly reason: Reason },
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { infusion: id, plannedOn, units, reason } = command;
  const infusion = infusionOf(state, id);
  if (!infusion) return unknownInfusion;
  const wrong = wrongPlan(command) ?? recalledUnit(units, context);
  if (wrong) return wrong;
  const given = { plannedOn, units };
  const fields = (['plannedOn', 'units'] as const).filter(
    field => given[field] !== undefined && canonicalJson(given[field]) !== canonicalJson(infusion[field]),
  );
  if (fields.length === 0) return [];
  if (infusion.status !== 'planned') return begun(infusion);
  const pick = (from: Partial<PlanDetails>): Partial<PlanDetails> =>
    Object.fromEntries(fields.map(field => [field, from[field]]));
  const previous = pick(infusion) as JsonObject;
  return [{ type: 'InfusionPlanChanged', data: { infusion: id, ...pick(given) }, previous, reason }];
}

export function cancelInfusion(
  { infusion: id, reason }: OfInfusion & { readonly reason: Reason },
  state: TreatmentState,
): Decision<TreatmentEvent> {
  const infusion = infusionOf(state, id);
  if (!infusion) return unknownInfusion;
  if (infusion.status === 'cancelled') return [];
  return infusion.status === 'planned'
    ? [{ type: 'InfusionCancelled', data: { infusion: id }, reason }]
    : begun(infusion);
}

export interface ThawedUnit extends OfInfusion, Happening {
  readonly din: string;
  /** In the zone of `at`. */
  readonly expiresAt?: PartialDate;
}

export function recordThaw(
  command: ThawedUnit,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { infusion: id, din, expiresAt } = command;
  const infusion = infusionOf(state, id);
  if (!infusion) return unknownInfusion;
  const moment = momentOf(command, context);
  if (isRejection(moment)) return moment;
  const wrong = wrongDate('expiresAt', expiresAt);
  if (wrong) return wrong;
  const unit = infusion.units.find(each => each.din === din);
  if (!unit) {
    const dins = infusion.units.map(each => each.din).join(', ') || 'none';
    return invalid('TRT-DIN', 'din', `Units planned for this infusion: ${dins}. Change the plan first.`);
  }
  const again = unit.thawedAt === moment.at && (expiresAt === undefined || unit.expiresAt === expiresAt);
  if (again) return [];
  const data = { infusion: id, ...moment, din, ...(expiresAt !== undefined && { expiresAt }) };
  const previous =
    unit.thawedAt === undefined
      ? undefined
      : { at: unit.thawedAt, zone: unit.zone ?? infusion.zone, expiresAt: unit.expiresAt ?? null };
  return [judged({ type: 'ProductUnitThawed', data, previous, ...occurred(moment) }, id, state, context)];
}

export interface IdentityVerification extends OfInfusion, Happening {
  /** User id of the person who checked together with the one who records it. */
  readonly secondPerson: string;
  /** Donation numbers as they were read off the units; all planned ones unless given. */
  readonly units?: readonly string[];
}

/** A check by two people (facts of a licensed cord blood label: confirm the identity for the unit). */
export function verifyIdentity(
  command: IdentityVerification,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { infusion: id, secondPerson } = command;
  const infusion = infusionOf(state, id);
  if (!infusion) return unknownInfusion;
  const { user } = context.actor;
  if (secondPerson === user) {
    return invalid('TRT-TWO-PEOPLE', 'secondPerson', 'Two different people check the identity.');
  }
  const moment = momentOf(command, context);
  if (isRejection(moment)) return moment;
  const units = command.units ?? infusion.units.map(({ din }) => din);
  const known = infusion.identityChecks.some(
    check =>
      canonicalJson([check.verifiedBy, check.units]) === canonicalJson([[user, secondPerson], units]) &&
      (command.at === undefined || check.at === moment.at),
  );
  if (known) return [];
  const mismatches = unitMismatches(infusion.units, units);
  const verifiedBy: readonly [string, string] = [user, secondPerson];
  const data = { infusion: id, ...moment, verifiedBy, units, ...(mismatches.length > 0 && { mismatches }) };
  return [judged({ type: 'InfusionIdentityVerified', data, ...occurred(moment) }, id, state, context)];
}

export interface PremedicationGiven extends OfInfusion, Happening {
  readonly drug: string;
  readonly dose?: number;
  /** UCUM. */
  readonly unit?: string;
  readonly route?: string;
}

export function recordPremedication(
  command: PremedicationGiven,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { infusion: id, drug, dose, unit, route } = command;
  const infusion = infusionOf(state, id);
  if (!infusion) return unknownInfusion;
  const moment = momentOf(command, context);
  if (isRejection(moment)) return moment;
  const wrong = unit === undefined ? undefined : wrongUnit('unit', unit);
  if (wrong) return wrong;
  const data = withoutAbsent({ infusion: id, ...moment, drug, dose, unit, route });
  if (infusion.premedications.some(known => isSame(known, data))) return [];
  return [{ type: 'InfusionPremedicationGiven', data, ...occurred(moment) }];
}

// What decisions on infusions share

export const unknownInfusion = absent(
  'TRT-INFUSION-UNKNOWN',
  'No such infusion is planned for this participant. Plan it first; in retrospect if it was given already.',
);

const begun = ({ status }: Infusion): Rejection =>
  conflict('TRT-BEGUN', `This infusion is ${status}; only one that has not begun can be planned otherwise.`);

function wrongPlan({ plannedOn, units = [], zone }: Partial<InfusionToPlan>): Rejection | undefined {
  const dins = units.map(({ din }) => din);
  if (new Set(dins).size < dins.length) {
    return invalid('TRT-DIN', 'units', 'Each unit has a donation number of its own.');
  }
  return (
    wrongDate('plannedOn', plannedOn) ??
    wrongZone('zone', zone) ??
    units.map((unit, index) => wrongUnitTimes(unit, index)).find(wrong => wrong !== undefined)
  );
}

/** Nothing new is planned with what a recall in force covers. */
function recalledUnit(
  units: readonly ProductUnit[] = [],
  { facts }: Pick<Context, 'facts'>,
): Rejection | undefined {
  const index = units.findIndex(unit => standingRecalls(unit, facts.recalls).length > 0);
  if (index < 0) return undefined;
  return refuse(recallRule, `Unit ${units[index]!.din} is recalled. Plan another one.`, {
    field: `units[${index}]`,
  });
}

const wrongUnitTimes = ({ expiresAt, thawedAt, zone }: ProductUnit, index: number): Rejection | undefined =>
  wrongDate(`units[${index}].expiresAt`, expiresAt) ??
  wrongDate(`units[${index}].thawedAt`, thawedAt) ??
  wrongZone(`units[${index}].zone`, zone);

export const wrongUnit = (field: string, unit: string): Rejection | undefined =>
  isUnit(unit) ? undefined : invalid('TRT-UNIT', field, `"${unit}" is no UCUM unit.`);

/** Whether an entry says the same as what is about to be recorded, apart from what the decision added to it. */
export function isSame(known: object, said: object, added: readonly string[] = []): boolean {
  const own = Object.entries(known).filter(([field]) => field !== 'event' && !added.includes(field));
  return canonicalJson(Object.fromEntries(own)) === canonicalJson(said);
}

/** Without members that are undefined: what nobody said is no field of the event. */
export const withoutAbsent = <Data extends object>(data: Data): Data =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as Data;
