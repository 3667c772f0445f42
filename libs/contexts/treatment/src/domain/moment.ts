import {
  invalid,
  isAfterInstant,
  isPartialDate,
  isZone,
  localTimeIn,
  type ClinicalTime,
  type PartialDate,
  type Rejection,
} from '@platform/kernel';
import type { Timed } from './events';
import type { Context } from './facts';

/** When something happened, as a command says it; without `at`, it happens now. */
export interface Happening {
  readonly at?: ClinicalTime;
  /** It is entered after it has happened, so that nothing about it can be held back. */
  readonly recordedAfterwards?: boolean;
}

/** Whether the command tells of the past. An import always does. */
export const isPast = ({ recordedAfterwards }: Happening, { actor }: Context): boolean =>
  recordedAfterwards === true || actor.role === 'importer';

/** The time of a happening, at the site's clock when the command names none. */
export function momentOf(happening: Happening, context: Context): Timed | Rejection {
  const { at: given } = happening;
  if (given) return wrongTime('at', given, context) ?? { at: given.at, zone: given.zone };
  if (isPast(happening, context)) {
    return invalid('TRT-TIME', 'at', 'Say when it happened, as precisely as it is known.');
  }
  const { zone } = context.facts;
  return { at: localTimeIn(zone, context.recordedAt), zone };
}

/** A time that does not exist, or that has not come yet. */
export function wrongTime(
  field: string,
  { at, zone }: ClinicalTime,
  { recordedAt }: Pick<Context, 'recordedAt'>,
): Rejection | undefined {
  const wrong = wrongDate(field, at);
  if (wrong) return wrong;
  const nowhere = wrongZone(`${field}.zone`, zone);
  if (nowhere) return nowhere;
  if (!isAfterInstant({ at, zone }, recordedAt)) return undefined;
  return invalid('TRT-FUTURE', field, `${at} (${zone}) has not come yet. What is recorded has happened.`);
}

export const wrongDate = (field: string, date: PartialDate | undefined): Rejection | undefined =>
  date === undefined || isPartialDate(date)
    ? undefined
    : invalid(
        'TRT-TIME',
        field,
        'This is no date that exists: write 2024-03, 2024-03-05 or 2024-03-05T10:30.',
      );

export const wrongZone = (field: string, zone: string | undefined): Rejection | undefined =>
  zone === undefined || isZone(zone)
    ? undefined
    : invalid('TRT-TIME', field, 'This is no zone of the IANA database, such as Asia/Shanghai.');

export const occurred = ({ at, zone }: Timed): { readonly occurredAt: ClinicalTime } => ({
  occurredAt: { at, zone },
});
