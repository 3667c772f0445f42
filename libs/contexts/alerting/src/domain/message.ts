import type { JsonObject, JsonValue } from '@platform/kernel';
import { messageIdOf, type AlertState, type Delivery } from './alert';
import { kindWords } from './kinds';

/** What goes out of the house: ids and codes, no clinical detail and no names. */
export interface AlertMessage {
  readonly id: string;
  readonly type: 'alert.raised' | 'alert.reminder';
  readonly at: string;
  readonly subject: string;
  readonly text: string;
  readonly data: JsonObject;
}

/** The message of one delivery; the same one in every attempt. */
export function messageOf(
  alert: string,
  { raised, raisedAt = '' }: AlertState,
  { step, recipient, point }: Delivery,
): AlertMessage | undefined {
  if (!raised) return undefined;
  const { kind, priority, rule, trial, site, participant, about } = raised;
  const place = site === undefined ? `trial ${trial}` : `site ${site}, trial ${trial}`;
  const line = `${kindWords[kind]} (${priority}): ${place}`;
  return {
    id: messageIdOf(alert, step, recipient, point),
    type: step === 0 ? 'alert.raised' : 'alert.reminder',
    at: raisedAt,
    subject: line,
    text: [
      `${line}.`,
      ...(participant === undefined ? [] : [`Participant ${participant}.`]),
      `Raised at ${raisedAt} under ${rule}. Read and acknowledge it as alert ${alert}.`,
    ].join('\n'),
    data: withoutAbsent({ alert, kind, priority, rule, trial, site, participant, about, step }),
  };
}

const withoutAbsent = (data: Readonly<Record<string, JsonValue | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(data).filter((each): each is [string, JsonValue] => each[1] !== undefined),
  );
