import {
  invalid,
  isRejection,
  isUnit,
  orderOf,
  type Decision,
  type Order,
  type PartialDate,
  type Quantity,
  type Rejection,
} from '@platform/kernel';
import { analyteOf, isPossibleUnit, isPossibleUnitOfMeasurement, measurementKindOf } from '@trial/protocol';
import type { Departure } from '../departure';
import { breachOf, consentStanding } from './consent';
import { entry, happened, notPrescreened, ownEventId, wrongDate, type Context } from './context';
import { isImport, newOf, type Candidate } from './importing';
import {
  entriesOf,
  type EntryEvent,
  type EntryTypes,
  type ParticipantEvent,
  type ParticipantState,
} from './participant';
import type * as recorded from './recorded';
import { statusFollows } from './status';
import type { ParticipantStatus } from './statuses';

/*
 * Values of the clinic: what was determined, measured, stated or told. Lists are recorded whole or not at
 * all: a wrong item is named by its path (`results[3].quantity.unit`), so that an import can drop that row
 * and send the others again.
 */

type Given<Data> = Omit<Data, 'departures'>;

/** Records a panel of results in one append, each an event of its own. */
export function recordLaboratoryResults(
  { results }: { readonly results: readonly Given<recorded.LaboratoryResult>[] },
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const check: Check<recorded.LaboratoryResult> = (result, field) =>
    wrongDetermination(result, field, context, 'collectedAt', result.finding) ??
    impossibleUnit(result.quantity, `${field}.quantity`, context, unit =>
      isPossibleUnit(analyteOf(result.analyte), unit),
    );
  const events = recordList('LaboratoryResultRecorded', 'results', results, state, context, check);
  return asProcedures(events, state, context);
}

export function recordMeasurements(
  { measurements }: { readonly measurements: readonly Given<recorded.Measurement>[] },
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const check: Check<recorded.Measurement> = (measurement, field) =>
    wrongDetermination(measurement, field, context, 'takenAt', undefined) ??
    impossibleUnit(measurement.quantity, `${field}.quantity`, context, unit =>
      isPossibleUnitOfMeasurement(measurementKindOf(measurement.code), unit),
    );
  const events = recordList('MeasurementRecorded', 'measurements', measurements, state, context, check);
  return asProcedures(events, state, context);
}

export type StatementGiven = Omit<recorded.Statement, 'attestedAt' | 'attestedBy' | 'departures'> & {
  readonly attestedAt: PartialDate;
};

/** Records that the caller vouches for statements. Whose word it is stands in the entry. */
export function attestStatements(
  { statements }: { readonly statements: readonly StatementGiven[] },
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const { user, printedName, role } = context.actor;
  const known = statementsOf(state, context);
  const given = statements.map(statement => ({ ...statement, attestedBy: { user, printedName, role } }));
  return recordList('StatementAttested', 'statements', given, state, context, (statement, field) => {
    const asked = known?.get(statement.key);
    if (known && !asked && !isImport(context.actor)) {
      return invalid(
        'STATEMENT-KEY',
        `${field}.key`,
        `The protocol asks for no statement "${statement.key}".`,
      );
    }
    if (asked?.needsText && statement.holds && !statement.text?.trim()) {
      return invalid(
        'STATEMENT-TEXT',
        `${field}.text`,
        'Say which: this statement needs a text where it holds.',
      );
    }
    return wrongDate(`${field}.attestedAt`, statement.attestedAt, context);
  });
}

export function recordDiagnosis(
  diagnosis: Given<recorded.Diagnosis>,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  return recordList('DiagnosisRecorded', '', [diagnosis], state, context, ({ code, diagnosedAt }) =>
    code.trim() === ''
      ? invalid('DIAGNOSIS-CODE', 'code', 'A diagnosis needs its code.')
      : wrongDate('diagnosedAt', diagnosedAt, context),
  );
}

export function recordMedicalHistory(
  { history }: { readonly history: readonly Given<recorded.MedicalHistory>[] },
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  return recordList('MedicalHistoryRecorded', 'history', history, state, context, (item, field) => {
    const { startedAt, endedAt } = item;
    const wrong =
      wrongDate(`${field}.startedAt`, startedAt, context) ?? wrongDate(`${field}.endedAt`, endedAt, context);
    if (wrong || startedAt === undefined || endedAt === undefined || isImport(context.actor)) return wrong;
    return orderOf(endedAt, startedAt) === 'before'
      ? invalid('HISTORY-PERIOD', `${field}.endedAt`, `It cannot have ended (${endedAt}) before it began.`)
      : undefined;
  });
}

// What the decisions above share

type Check<Data> = (item: Data, field: string) => Rejection | undefined;

type ListedType =
  | 'LaboratoryResultRecorded'
  | 'MeasurementRecorded'
  | 'StatementAttested'
  | 'DiagnosisRecorded'
  | 'MedicalHistoryRecorded';

const dateOf: { readonly [Type in ListedType]: (data: EntryTypes[Type]) => PartialDate | undefined } = {
  LaboratoryResultRecorded: ({ collectedAt }) => collectedAt,
  MeasurementRecorded: ({ takenAt }) => takenAt,
  StatementAttested: ({ attestedAt }) => attestedAt,
  DiagnosisRecorded: ({ diagnosedAt }) => diagnosedAt,
  MedicalHistoryRecorded: ({ startedAt }) => startedAt,
};

/** Checks every item, leaves out what is on record already, and makes an event of each that is new. */
function recordList<Type extends ListedType>(
  type: Type,
  list: string,
  items: readonly EntryTypes[Type][],
  state: ParticipantState,
  context: Context,
  check: Check<EntryTypes[Type]>,
): readonly EntryEvent<Type>[] | Rejection {
  const absent = notPrescreened(state);
  if (absent) return absent;
  const candidates: Candidate<EntryTypes[Type]>[] = [];
  for (const [index, data] of items.entries()) {
    const field = list === '' ? '' : `${list}[${index}]`;
    const wrong = check(data, field);
    if (wrong) return wrong;
    candidates.push({ field, data });
  }
  const fresh = newOf(type, candidates, state.entries);
  if (isRejection(fresh)) return fresh;
  return fresh.map(({ data }) =>
    entry<Type>(type, data, { occurredAt: happened(dateOf[type](data), context.facts) }),
  );
}

type ProcedureEvent = EntryEvent<'LaboratoryResultRecorded'> | EntryEvent<'MeasurementRecorded'>;

/** What procedures of a trial bring with them: consent is looked at, and screening begins. */
function asProcedures(
  events: readonly ProcedureEvent[] | Rejection,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  if (isRejection(events)) return events;
  const dates = events.map(dateOfProcedure);
  const found = withoutConsent(dates, state, context).reduce(carrying, events);
  const begins = screeningBegins(dates, state);
  return begins ? [...found, statusFollows('inScreening', begins, state, context)] : found;
}

/** When it was done for the trial; undefined for what was done in the course of care, or not at all. */
function dateOfProcedure(event: ProcedureEvent): Dated {
  const { routineCare, notDone } = event.data;
  if (routineCare || notDone) return undefined;
  return { at: event.type === 'MeasurementRecorded' ? event.data.takenAt : event.data.collectedAt };
}

const carrying = (
  events: readonly ProcedureEvent[],
  { index, departure }: { readonly index: number; readonly departure: Departure },
): readonly ProcedureEvent[] =>
  events.map((event, at) => {
    if (at !== index) return event;
    const departures = [...(event.data.departures ?? []), departure];
    return { ...event, data: { ...event.data, departures } } as ProcedureEvent;
  });

type Dated = { readonly at: PartialDate | undefined } | undefined;

/**
 * One departure for each kind of breach in a command, carried by its first event that shows it and naming all
 * of them: a panel of twenty results is one deviation. A source that tells of no consent at all says nothing
 * about it.
 */
function withoutConsent(
  dates: readonly Dated[],
  state: ParticipantState,
  context: Context,
): { readonly index: number; readonly departure: Departure }[] {
  if (isImport(context.actor) && entriesOf(state, 'ConsentSigned').length === 0) return [];
  const standingAt = consentStanding(state);
  const standing = dates.map(date => date && standingAt(date.at));
  return (['none', 'withdrawn'] as const).flatMap(breach => {
    const shown = standing.flatMap((each, index) => (each === breach ? [index] : []));
    const [index] = shown;
    if (index === undefined) return [];
    const departure = breachOf(
      breach,
      shown.map(each => ownEventId(context, each)),
    );
    return [{ index, departure }];
  });
}

/** How the date of a procedure must stand to the status' own, for screening to begin from it. */
const beginning: Partial<Record<ParticipantStatus, readonly Order[]>> = {
  consented: ['same', 'after'],
  deferred: ['after'],
};

/** Screening begins with the first procedure under the consent, and again with the first after a deferral. */
function screeningBegins(dates: readonly Dated[], { status }: ParticipantState): PartialDate | undefined {
  if (status?.since === undefined) return undefined;
  const from = status.since;
  const wanted = beginning[status.status] ?? [];
  return dates
    .flatMap(date => (date?.at !== undefined && wanted.includes(orderOf(date.at, from)) ? [date.at] : []))
    .toSorted()[0];
}

interface Determined {
  readonly quantity?: Quantity;
  readonly bound?: string;
  readonly text?: string;
  readonly notDone?: boolean;
}

function wrongDetermination<Field extends 'collectedAt' | 'takenAt'>(
  item: Determined & { readonly [F in Field]?: PartialDate },
  field: string,
  context: Context,
  dateField: Field,
  finding: string | undefined,
): Rejection | undefined {
  const { quantity, bound, text, notDone } = item;
  const wrong = quantity ? wrongQuantity(quantity, `${field}.quantity`) : undefined;
  if (wrong) return wrong;
  if (bound && !quantity)
    return invalid('RESULT-BOUND', `${field}.bound`, 'A bound needs the quantity that it stands at.');
  if (!quantity && !finding && !text?.trim() && !notDone) {
    return invalid(
      'RESULT-EMPTY',
      field,
      'Give a quantity, a finding or a text, or say that it was not done.',
    );
  }
  const at = item[dateField];
  if (at === undefined && !isImport(context.actor)) {
    return invalid('RECORD-DATE', `${field}.${dateField}`, 'Say when, as precisely as it is known.');
  }
  return wrongDate(`${field}.${dateField}`, at, context);
}

export function wrongQuantity({ value, unit }: Quantity, field: string): Rejection | undefined {
  if (!Number.isFinite(value))
    return invalid('RESULT-NUMBER', `${field}.value`, 'The value must be a number.');
  return isUnit(unit) ? undefined : invalid('RESULT-UNIT', `${field}.unit`, `"${unit}" is no unit of UCUM.`);
}

/** A weight in centimetres cannot be true. What a source says is kept all the same, and is not evaluable. */
const impossibleUnit = (
  quantity: Quantity | undefined,
  field: string,
  { actor }: Context,
  isPossible: (unit: string) => boolean,
): Rejection | undefined =>
  quantity && !isImport(actor) && !isPossible(quantity.unit)
    ? invalid('RESULT-UNIT-KIND', `${field}.unit`, `Nothing of this kind is measured in ${quantity.unit}.`)
    : undefined;

/**
 * The statements that the participant's protocol version asks for, by key; undefined when there is no such
 * version.
 */
function statementsOf(
  state: ParticipantState,
  { facts }: Context,
): ReadonlyMap<string, { needsText: boolean }> | undefined {
  const asked =
    state.protocolVersion === undefined ? undefined : facts.statementsAsked(state.protocolVersion);
  return asked && new Map(asked.map(({ key, needsText }) => [key, { needsText }]));
}
