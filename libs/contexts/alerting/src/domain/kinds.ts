/** What people are alerted of. These names stand in events. */
export const alertKinds = [
  'sae',
  'susar',
  'death',
  'infusionReaction',
  'productRecall',
  'obligation',
  'stoppingSignal',
  'enrollment',
  'deviation',
  'lag',
] as const;

export type AlertKind = (typeof alertKinds)[number];

/** Kinds that quiet hours never hold back. */
export const neverQuiet: readonly AlertKind[] = ['sae', 'susar', 'death', 'productRecall'];

export const alertPriorities = ['high', 'medium', 'low'] as const;

export type AlertPriority = (typeof alertPriorities)[number];

/** Ways to a person outside the application; the inbox inside needs none. */
export const alertChannels = ['webhook', 'email'] as const;

export type AlertChannel = (typeof alertChannels)[number];

/** In words, for the line that people read. */
export const kindWords: Readonly<Record<AlertKind, string>> = {
  sae: 'Serious adverse event',
  susar: 'SUSAR',
  death: 'Death',
  infusionReaction: 'Reaction around an infusion',
  productRecall: 'Product recall',
  obligation: 'Reporting obligation',
  stoppingSignal: 'Stopping rule signal',
  enrollment: 'Enrollment near its target',
  deviation: 'Deviation of safety or consent',
  lag: 'Something lags behind',
};
