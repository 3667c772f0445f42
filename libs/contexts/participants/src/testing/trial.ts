import type { Decider, DomainEvent } from '@platform/kernel';
import {
  nct05794425Definition,
  nct05794425Details,
  trialDecider,
  type ProtocolDefinition,
  type TrialEvent,
  type TrialState,
} from '@trial/protocol';
import { siteDecider, type ReferenceRange, type SiteEvent, type SiteState } from '@trial/sites';
import type { TrialFacts } from '../domain/participant/context';
import { trialFacts } from '../participants.facts';

/* The built-in trial and one of its sites in Shandong, as tests of participants need them. */

export const zone = 'Asia/Shanghai';

const fold = <State, Event extends DomainEvent>(
  decider: Decider<State, Event>,
  events: readonly Event[],
): State =>
  events.reduce(
    (state, event, revision) =>
      decider.evolve(state, event, {
        id: `fact-${revision}`,
        revision,
        recordedAt: '2023-08-01T00:00:00.000Z',
      }),
    decider.initial,
  );

const recruiting: TrialEvent = {
  type: 'TrialStatusChanged',
  data: { status: 'recruiting', effectiveOn: '2023-08-01' },
};

const published = (definition: ProtocolDefinition, effectiveFrom: string): TrialEvent => ({
  type: 'ProtocolVersionPublished',
  data: { definition, effectiveFrom },
});

export const amendment: ProtocolDefinition = {
  ...nct05794425Definition,
  version: '2.0',
  enrollmentTarget: 120,
};

/** Version 1.0 from the first of August 2023, version 2.0 from the first of June 2024. */
export const trialEvents: readonly TrialEvent[] = [
  { type: 'TrialDefined', data: nct05794425Details },
  published(nct05794425Definition, '2023-08-01'),
  published(amendment, '2024-06-01'),
  recruiting,
];

export const theTrial: TrialState = fold(trialDecider, trialEvents);

const range = (analyte: string, unit: string, high: number): ReferenceRange => ({
  laboratory: 'central',
  analyte,
  unit,
  high,
  effectiveFrom: '2023-08-01',
});

/** Upper limits of normal of the central laboratory, chosen so that their multiples are easy to see. */
export const ranges: readonly ReferenceRange[] = [
  range('ALT', 'U/L', 40),
  range('AST', 'U/L', 40),
  range('ALP', 'U/L', 100),
  range('BILI', 'umol/L', 20),
  range('CREAT', 'umol/L', 100),
  range('PT', 's', 14),
  range('APTT', 's', 40),
  range('INR', '1', 1.2),
  { ...range('CREAT', 'mg/dL', 1), laboratory: 'village' },
  { ...range('BILI', 'mg/dL', 1), laboratory: 'village' },
];

export const siteEvents: readonly SiteEvent[] = [
  {
    type: 'SiteSelected',
    data: { name: "Jining First People's Hospital", city: 'Jining', country: 'CHN', zone },
  },
  {
    type: 'EthicsApprovalRecorded',
    data: {
      committee: 'Ethics committee',
      reference: '2023-17',
      approvedOn: '2023-07-01',
      expiresOn: '2024-06-30',
    },
  },
  { type: 'SiteStatusChanged', data: { status: 'ethicsApproved' } },
  { type: 'SiteStatusChanged', data: { status: 'activated' } },
  { type: 'ConsentVersionApproved', data: { version: '2.0', approvedOn: '2023-07-01' } },
  ...ranges.map((data): SiteEvent => ({ type: 'ReferenceRangeSet', data })),
];

export const site03: SiteState = fold(siteDecider, siteEvents);

/** What decisions at site 03 know; a test may change the site or the trial. */
export function factsAt03(site: SiteState = site03, trial: TrialState = theTrial): TrialFacts {
  const facts = trialFacts('03', trial, site);
  if ('rejected' in facts) throw new Error(facts.reason);
  return facts;
}
