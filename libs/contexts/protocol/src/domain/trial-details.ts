import { invalid, isPartialDate, isZone, type PartialDate, type Rejection } from '@platform/kernel';

/** What a registry says of a trial around its protocol. */
export type TrialDetails = {
  readonly registryNumber: string;
  readonly otherIds: readonly string[];
  readonly title: string;
  readonly sponsor: string;
  readonly collaborators: readonly string[];
  readonly locations: readonly { readonly name: string; readonly city: string }[];
  /** ISO 3166-1 alpha-3; absent when the source does not say. */
  readonly country?: string;
  /** IANA zone in whose calendar days the trial's dates and clocks are meant. Every protocol version has the same. */
  readonly zone: string;
  readonly plannedDates: PlannedDates;
};

export type PlannedDates = {
  readonly start?: PartialDate;
  readonly primaryCompletion?: PartialDate;
  readonly completion?: PartialDate;
};

/** What keeps details from describing a trial; undefined when nothing does. */
export function wrongDetails({ title, sponsor, zone, plannedDates }: TrialDetails): Rejection | undefined {
  if (!isZone(zone)) return invalid('TRIAL-ZONE', 'zone', 'This is no IANA time zone.');
  if (title.trim() === '') return invalid('TRIAL-TITLE', 'title', 'A trial has a title.');
  if (sponsor.trim() === '') return invalid('TRIAL-SPONSOR', 'sponsor', 'A trial has a sponsor.');
  const dates: [string, unknown][] = Object.entries(plannedDates);
  const wrong = dates.find(([, date]) => date !== undefined && !isPartialDate(date));
  return wrong && invalid('TRIAL-DATE', `plannedDates.${wrong[0]}`, 'This is no date that exists.');
}
