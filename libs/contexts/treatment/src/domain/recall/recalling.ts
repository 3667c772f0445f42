import {
  absent,
  canonicalJson,
  correctValue,
  derivedId,
  invalid,
  isAfterInstant,
  isPartialDate,
  isRejection,
  spanOf,
  type ClinicalTime,
  type Correctable,
  type Correction,
  type Decision,
  type DecisionContext,
  type JsonValue,
  type Reason,
  type Rejection,
} from '@platform/kernel';
import { wrongTime } from '../moment';
import {
  everyRecall,
  recallsIn,
  tracedOf,
  type KnownRecall,
  type RecallEvent,
  type RecallState,
} from './recall';
import type { OfRecall, Recall, TracedInfusion } from './recall';

type Context = Pick<DecisionContext<unknown>, 'recordedAt' | 'commandId'>;

export const recallIdOf = (commandId: string): string => derivedId('recall', commandId);

export interface RecallToRecord extends Omit<Recall, 'recall' | 'at' | 'zone'> {
  readonly at: ClinicalTime;
  readonly reason: Reason;
}

/** A recall that was issued. The same one again adds nothing. */
export function recallProduct(
  { at: since, reason, numbers, by, kind, issuedBy, reference }: RecallToRecord,
  state: RecallState,
  context: Context,
): Decision<RecallEvent> {
  const wrong = wrongTime('at', since, context) ?? wrongNumbers(numbers);
  if (wrong) return wrong;
  const said = { by, numbers, kind, issuedBy, reference, at: since.at, zone: since.zone };
  const content = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const again = recallsIn(state).some(
    ({ recall: _id, event: _event, lifted, enteredInError: _error, ...known }) =>
      lifted === undefined && canonicalJson(known) === canonicalJson(content),
  );
  if (again) return [];
  const recall = recallIdOf(context.commandId);
  const data = { recall, ...content } as Recall;
  return [{ type: 'ProductRecalled', data, occurredAt: since, reason, about: { recall } }];
}

function wrongNumbers(numbers: readonly string[]): Rejection | undefined {
  return new Set(numbers).size < numbers.length
    ? invalid('RECALL-NUMBERS', 'numbers', 'Each number is named once.')
    : undefined;
}

/** Units of the product may be given again from then on. What was raised while it was recalled stays. */
export function liftRecall(
  { recall, at, reason }: OfRecall & { readonly at: ClinicalTime; readonly reason: Reason },
  state: RecallState,
  context: Context,
): Decision<RecallEvent> {
  const known = recallsIn(state).find(each => each.recall === recall);
  if (!known) return unknownRecall;
  if (known.lifted) return [];
  const wrong = wrongTime('at', at, context);
  if (wrong) return wrong;
  if (spanOf(at).until <= spanOf(known).from) {
    return invalid('RECALL-LIFTING-DATE', 'at', `The product is recalled since ${known.at} only.`);
  }
  const data = { recall, at: at.at, zone: at.zone };
  return [{ type: 'ProductRecallLifted', data, occurredAt: at, reason, about: { recall } }];
}

export function correctRecall(
  command: Correction,
  state: RecallState,
  { recordedAt }: Pick<Context, 'recordedAt'>,
): Decision<RecallEvent> {
  const decision = correctValue(command, state.entries, correctable);
  if (isRejection(decision)) return decision;
  const entry = state.entries.find(({ event }) => event === command.event);
  if (!entry) return [];
  const { recall, zone } = entry.data;
  const at = command.field === 'at' ? (command.value as string) : undefined;
  if (at !== undefined && isAfterInstant({ at, zone }, recordedAt)) {
    return invalid('TRT-FUTURE', 'value', 'This time has not come yet. What is recorded has happened.');
  }
  return decision.map(correction => ({ ...correction, about: { recall } }));
}

/** An infusion that has recalled units, with its site. */
export type FoundInfusion = TracedInfusion & { readonly site: string };

/**
 * Writes down what the record says of a recall's units, site by site: who received them, and for whom they are kept.
 * Only what was not written down before; a recall that was lifted or entered in error is traced no further.
 */
export function traceRecall(
  { recall, standsAt }: OfRecall & { readonly standsAt: string },
  state: RecallState,
  found: readonly FoundInfusion[],
): Decision<RecallEvent> {
  const known = recallsIn(state).find(each => each.recall === recall);
  if (!known || known.lifted) return [];
  const before = tracedOf(state, recall);
  const fresh = found.filter(({ infusion, startedAt }) =>
    startedAt === undefined
      ? ![...before.held, ...before.exposed].includes(infusion)
      : !before.exposed.includes(infusion),
  );
  const sites = [...new Set(fresh.map(({ site }) => site))].toSorted();
  return sites.map(site => {
    const here = fresh.filter(each => each.site === site).map(({ site: _site, ...traced }) => traced);
    const exposed = here.filter(({ startedAt }) => startedAt !== undefined);
    const held = here.filter(({ startedAt }) => startedAt === undefined);
    const data = { recall, site, standsAt, exposed, held };
    return { type: 'RecalledProductTraced', data, about: { site, recall } };
  });
}

export const unknownRecall = absent('RECALL-UNKNOWN', 'No such recall is recorded in this trial.');

/** A recall as a reader may ask for it, one entered in error too. */
export const recallOf = (state: RecallState, recall: string): KnownRecall | Rejection =>
  everyRecall(state).find(each => each.recall === recall) ?? unknownRecall;

type Check = (value: JsonValue) => string | undefined;

const date: Check = value =>
  isPartialDate(value) ? undefined : 'This is no date: 2024, 2024-03 or 2024-03-05T10:30.';
const flag: Check = value => (typeof value === 'boolean' ? undefined : 'This must be true or false.');
const isCode = (value: JsonValue): boolean =>
  typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9 ._/+-]{0,59}$/.test(value);
const code: Check = value => (value === null || isCode(value) ? undefined : 'This must be a code.');
const codes: Check = value =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= 1_000 &&
  value.every(isCode) &&
  new Set(value).size === value.length
    ? undefined
    : 'This must be a list of numbers, each of them once.';

/** Numbers that were forgotten, or named by mistake. What the trace found is computed anew, not corrected. */
const correctable: Correctable = {
  ProductRecalled: { at: date, numbers: codes, kind: code, reference: code, enteredInError: flag },
  ProductRecallLifted: { at: date, enteredInError: flag },
};
