/** Kinds of departure from the protocol, as trials classify their deviations. */
export const departureCategories = [
  'safety',
  'consent',
  'eligibility',
  'protocolImplementation',
  'investigationalProduct',
] as const;

export type DepartureCategory = (typeof departureCategories)[number];

export const departureSeverities = ['minor', 'major', 'critical'] as const;

export type DepartureSeverity = (typeof departureSeverities)[number];

/**
 * A fact that departs from the protocol, as the decision that recorded the fact found it. It stands in the
 * fact's event under `departures`; a reaction makes a deviation of each. A decision names one rule once for
 * each event.
 */
export interface Departure {
  readonly rule: string;
  readonly category: DepartureCategory;
  readonly severity: DepartureSeverity;
  readonly description: string;
  /** Ids of the events that show it, when there are others than the one that carries it. */
  readonly causes?: readonly string[];
}

/** What an event's data carries: the list, or nothing at all when there was no departure. */
export const withDepartures = (
  departures: readonly (Departure | undefined)[],
): { readonly departures?: readonly Departure[] } => {
  const found = departures.filter(departure => departure !== undefined);
  return found.length > 0 ? { departures: found } : {};
};
