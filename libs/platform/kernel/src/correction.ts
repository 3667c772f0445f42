import { canonicalJson, type JsonObject, type JsonValue } from './record/canonical-json';
import { absent, invalid, refuse, type Decision } from './decision';
import type { DomainEvent, Reason } from './event';

/**
 * A wrong value put right: names the original event and field; `previous.value` holds what stood there, and the
 * reason is mandatory. The original stays as it was written. Every context's streams share this event.
 */
export type ValueCorrected = DomainEvent<
  'ValueCorrected',
  { readonly event: string; readonly field: string; readonly value: JsonValue }
>;

/** A recorded entry that may be corrected, as it stands after earlier corrections. */
export interface Entry<Data extends object = object> {
  /** Id of the event that wrote it. */
  readonly event: string;
  readonly type: string;
  readonly data: Data;
}

/** The fields that may be corrected, by event type; each check answers what is wrong with a new value, or nothing. */
export type Correctable = Readonly<
  Record<string, Readonly<Record<string, (value: JsonValue) => string | undefined>>>
>;

export interface Correction {
  readonly event: string;
  readonly field: string;
  readonly value: JsonValue;
  readonly reason: Reason;
}

/** Decides a correction of one entry; the same correction again changes nothing. */
export function correctValue(
  { event, field, value, reason }: Correction,
  entries: readonly Entry[],
  correctable: Correctable,
): Decision<ValueCorrected> {
  const entry = entries.find(known => known.event === event);
  if (!entry) return absent('CORRECTION-UNKNOWN-EVENT', 'No entry of this record has that event id.');
  const checks = Object.hasOwn(correctable, entry.type) ? correctable[entry.type] : undefined;
  // A client names the field: `toString` and its like are no fields, although every object has them.
  const check = checks && Object.hasOwn(checks, field) ? checks[field] : undefined;
  if (!check) {
    const fields = Object.keys(checks ?? {}).join(', ') || 'none';
    const reasonWhy = `This field cannot be corrected. Fields of ${entry.type} that can: ${fields}.`;
    return refuse('CORRECTION-FIELD', reasonWhy, { field: 'field' });
  }
  const wrong = check(value);
  if (wrong !== undefined) return invalid('CORRECTION-VALUE', 'value', wrong);
  const current = (entry.data as JsonObject)[field] ?? null;
  if (canonicalJson(current) === canonicalJson(value)) return [];
  return [{ type: 'ValueCorrected', data: { event, field, value }, previous: { value: current }, reason }];
}

/** The entries with a correction applied to the one that it names. */
export function withCorrection<E extends Entry>(
  entries: readonly E[],
  { data }: ValueCorrected,
): readonly E[] {
  return entries.map(entry =>
    entry.event === data.event ? { ...entry, data: { ...entry.data, [data.field]: data.value } } : entry,
  );
}
