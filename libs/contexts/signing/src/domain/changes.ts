import { canonicalJson, categoryOf, type RecordedEvent } from '@platform/kernel';

/** Streams of what a site enters about a participant: what an investigator signs; not what others owe about it. */
export const signedCategories: readonly string[] = ['participant', 'treatment', 'adverseEvent', 'deviation'];

export const isSignedData = (stream: string): boolean => signedCategories.includes(categoryOf(stream));

/**
 * Types that name earlier values because something went on, not because it is put right: the next status, a newer
 * consent, the handling of a deviation. A test holds that every other type which names earlier values is an edit.
 */
export const goingOnTypes: readonly string[] = [
  'ParticipantStatusChanged',
  'ConsentSigned',
  'DeviationAssessed',
];

/** Whether an event puts other values in place of recorded ones, or takes a record out of account. */
export function isEdit({ stream, type, metadata }: RecordedEvent): boolean {
  if (!isSignedData(stream)) return false;
  if (type === 'AdverseEventVoided') return true;
  return metadata.previous !== undefined && !goingOnTypes.includes(type);
}

/** What was entered about one thing in one way: an infusion's plan, the causality of one product. */
const placeOf = (type: string, { data, metadata }: RecordedEvent): string =>
  canonicalJson([type, metadata.subject.infusion ?? null, data.product ?? null]);

/**
 * The edits of signed facts among the events that followed the signed part of a stream. What was entered after the
 * signature and put right later was never signed, and is none of them.
 * @param tail the stream's events behind the signed revision, in their order
 */
export function editsOfSigned(tail: readonly RecordedEvent[]): RecordedEvent[] {
  const fresh = new Set<string>();
  const begun = new Set<string>();
  return tail.filter(event => {
    if (!isEdit(event)) {
      fresh.add(event.id);
      begun.add(placeOf(event.type, event));
      return false;
    }
    if (event.type === 'ValueCorrected') return !fresh.has(event.data.event as string);
    const isOfNewPlan =
      event.metadata.subject.infusion !== undefined && begun.has(placeOf('InfusionPlanned', event));
    return !isOfNewPlan && !begun.has(placeOf(event.type, event));
  });
}
