import { convert, dayOf, hasDay, withoutNoise, type Quantity } from '@platform/kernel';
import type {
  Comparison,
  LaboratoryFinding,
  LaboratoryLimit,
  Limit,
  MeasurementLimit,
} from '@trial/protocol';
import type { ReferenceRange } from '@trial/sites';
import type { ParticipantEntry } from '../participant/participant';
import { profileOf } from '../participant/participant';
import type { Finding, LaboratoryResult } from '../participant/recorded';
import type { Evidence, Truth } from './evaluation';
import type { EvidenceSource } from './evidence';
import { truthOf } from './kleene';

/** How one value stands to one limit, and the reference range that was applied. */
export interface Judged {
  readonly evidence: Evidence;
  readonly range?: ReferenceRange;
}

const words: Readonly<Record<Comparison, string>> = {
  atMost: 'at most',
  atLeast: 'at least',
  above: 'above',
  below: 'below',
};

/**
 * Values that differ by less than this part of themselves are the same: a conversion of units disturbs the
 * thirteenth digit, no laboratory reports the eleventh, and a value exactly at a limit must stay exactly at
 * it.
 */
const noise = 1e-11;

/** Whether a value stands to a limit as a comparison says; equality up to the noise of a unit conversion. */
export function compares(value: number, is: Comparison, limit: number): boolean {
  const same = Math.abs(value - limit) <= noise * Math.max(Math.abs(value), Math.abs(limit));
  switch (is) {
    case 'atMost':
      return same || value < limit;
    case 'atLeast':
      return same || value > limit;
    case 'above':
      return !same && value > limit;
    case 'below':
      return !same && value < limit;
  }
}

/**
 * A result that is reported as below (or above) a value tells only what lies on the far side of that value.
 */
function comparesBound(
  bound: 'below' | 'above',
  value: number,
  is: Comparison,
  limit: number,
): boolean | undefined {
  const upper = is === 'atMost' || is === 'below';
  if (bound === 'below') return compares(value, 'atMost', limit) ? upper : undefined;
  return compares(value, 'atLeast', limit) ? !upper : undefined;
}

/** The latest result of an analyte against a limit. */
export function judgeResult(analyte: string, { is, limit }: LaboratoryLimit, source: EvidenceSource): Judged {
  const entry = source.result(analyte);
  if (!entry) return { evidence: nothing(analyte, 'no result on record', words[is]) };
  const { data } = entry;
  const seen = {
    ...seenOf(entry.event, analyte, data.quantity, data.text ?? data.finding),
    at: data.collectedAt,
    comparison: words[is],
  };
  if (!data.quantity)
    return { evidence: { ...seen, truth: 'unknown', missing: 'the latest result is no quantity' } };
  const applied = limitFor(entry, limit, source);
  if (typeof applied === 'string') return { evidence: { ...seen, truth: 'unknown', missing: applied } };
  const { quantity, range } = applied;
  const molarMass = source.facts.analyte(analyte)?.molarMass;
  return { evidence: against(seen, { ...data, quantity: data.quantity }, is, quantity, molarMass), range };
}

/** The latest measurement under a code against a limit. */
export function judgeMeasurement({ code, is, limit }: MeasurementLimit, source: EvidenceSource): Evidence {
  const entry = source.measurement(code);
  if (!entry) return nothing(code, 'no measurement on record', words[is]);
  const { quantity, bound, text, takenAt } = entry.data;
  const seen = { ...seenOf(entry.event, code, quantity, text), at: takenAt, comparison: words[is] };
  if (!quantity) return { ...seen, truth: 'unknown', missing: 'the latest measurement is no quantity' };
  return against(seen, { quantity, bound }, is, limit);
}

/** The latest result of an analyte as a finding. */
export function judgeFinding(analyte: string, is: LaboratoryFinding['is'], source: EvidenceSource): Evidence {
  const comparison = `is ${is === 'belowDetectionLimit' ? 'below the detection limit' : is}`;
  const entry = source.result(analyte);
  if (!entry) return nothing(analyte, 'no result on record', comparison);
  const { quantity, finding, text, collectedAt } = entry.data;
  const seen = { ...seenOf(entry.event, analyte, quantity, finding ?? text), at: collectedAt, comparison };
  const truth = findingTruth(entry.data, is);
  return { ...seen, truth, ...(truth === 'unknown' && { missing: 'the latest result does not say so' }) };
}

/** What was not detected is below the detection limit, and the other way round. */
const says: Readonly<Record<Finding, Partial<Record<LaboratoryFinding['is'], boolean>>>> = {
  negative: { negative: true, positive: false, belowDetectionLimit: true },
  belowDetectionLimit: { negative: true, positive: false, belowDetectionLimit: true },
  positive: { negative: false, positive: true, belowDetectionLimit: false },
  indeterminate: {},
};

function findingTruth({ finding, quantity, bound }: LaboratoryResult, is: LaboratoryFinding['is']): Truth {
  if (finding) return truthOf(says[finding][is]);
  // A number was detected. One that is only reported as below a value may or may not have been.
  return is === 'belowDetectionLimit' && quantity && bound !== 'below' ? 'false' : 'unknown';
}

/** The limit as a quantity, by the range in force on the day of the sample; or why there is none. */
function limitFor(
  { data }: ParticipantEntry<'LaboratoryResultRecorded'>,
  limit: Limit,
  { facts, state }: EvidenceSource,
): { readonly quantity: Quantity; readonly range?: ReferenceRange } | string {
  if (!('timesUln' in limit)) return { quantity: limit };
  if (data.collectedAt === undefined || !hasDay(data.collectedAt))
    return 'the day of the sample is not known';
  const { analyte, laboratory, collectedAt } = data;
  const range = facts.rangeOn({ analyte, laboratory, day: dayOf(collectedAt), sex: profileOf(state)?.sex });
  if (range?.high === undefined)
    return 'no upper limit of normal is in force at the site on the day of the sample';
  return { quantity: { value: withoutNoise(limit.timesUln * range.high), unit: range.unit }, range };
}

interface Compared {
  readonly quantity: Quantity;
  readonly bound?: 'below' | 'above';
}

function against(
  seen: Omit<Evidence, 'truth'>,
  { quantity, bound }: Compared,
  is: Comparison,
  limit: Quantity,
  molarMass?: number,
): Evidence {
  const value = convert(quantity, limit.unit, molarMass);
  const stated = { ...seen, limit: limit.value, limitUnit: limit.unit };
  if (value === undefined) {
    return { ...stated, truth: 'unknown', missing: `${quantity.unit} does not convert to ${limit.unit}` };
  }
  const holds = bound ? comparesBound(bound, value, is, limit.value) : compares(value, is, limit.value);
  return {
    ...stated,
    ...(quantity.unit !== limit.unit && { converted: value }),
    truth: truthOf(holds),
    ...(holds === undefined && { missing: `the result is only known to be ${bound} its value` }),
  };
}

const seenOf = (event: string, what: string, quantity: Quantity | undefined, said: string | undefined) =>
  quantity ? { event, what, value: quantity.value, unit: quantity.unit } : { event, what, value: said };

const nothing = (what: string, missing: string, comparison: string): Evidence => ({
  what,
  comparison,
  truth: 'unknown',
  missing,
});
