import {
  departureCategories,
  participantStatuses,
  type DepartureCategory,
  type DepartureSeverity,
  type DeviationState,
  type ParticipantStatus,
} from '@trial/participants';
import type { OutcomeTerm } from '@trial/safety';
import type { InfusionStatus } from '@trial/treatment';

/*
 * What a board counts. Each count comes from the lists of the contexts as groups of equal rows; this file adds them up.
 */

/** So many rows of a site that have something in common. */
export interface Group {
  readonly site: string;
  readonly rows: number;
}

export interface ParticipantGroup extends Group {
  readonly status: ParticipantStatus;
  readonly enrolled: boolean;
  readonly decisionAffected: boolean;
}

export interface InfusionGroup extends Group {
  readonly status: InfusionStatus;
}

export interface AdverseEventGroup extends Group {
  /** Null as long as it was not assessed. */
  readonly serious: boolean | null;
  readonly susar: boolean;
  readonly voided: boolean;
  readonly outcome: OutcomeTerm | null;
  readonly ended: boolean;
}

export interface DeviationGroup extends Group {
  readonly category: DepartureCategory;
  readonly severity: DepartureSeverity;
  readonly status: DeviationState['status'];
}

/** The groups that a board is made of. */
export interface Groups {
  readonly participants: readonly ParticipantGroup[];
  readonly infusions: readonly InfusionGroup[];
  readonly adverseEvents: readonly AdverseEventGroup[];
  readonly deviations: readonly DeviationGroup[];
}

export interface Figures {
  readonly participants: {
    /** Everybody who was ever screened, enrolled or not. */
    readonly screened: number;
    readonly enrolled: number;
    readonly notEnrolled: number;
    readonly byStatus: Readonly<Record<ParticipantStatus, number>>;
    /** Eligibility decisions that stand on a value which was corrected since. */
    readonly decisionsAffected: number;
  };
  readonly infusions: {
    readonly planned: number;
    /** Running or paused. */
    readonly underWay: number;
    readonly stopped: number;
    readonly done: number;
    readonly cancelled: number;
  };
  /** Voided adverse events are counted as such and nowhere else. */
  readonly adverseEvents: {
    readonly reported: number;
    /** Neither ended nor with an outcome that ends it. */
    readonly open: number;
    readonly serious: number;
    readonly seriousOpen: number;
    readonly seriousnessMissing: number;
    readonly susar: number;
    readonly voided: number;
  };
  readonly deviations: {
    readonly raised: number;
    /** Not closed. */
    readonly open: number;
    readonly critical: number;
    readonly byCategory: Readonly<
      Record<DepartureCategory, { readonly raised: number; readonly open: number }>
    >;
  };
}

const count = <Row extends Group>(
  groups: readonly Row[],
  has: (group: Row) => boolean = () => true,
): number => groups.reduce((sum, group) => (has(group) ? sum + group.rows : sum), 0);

/** Adds groups up: those of one site, or of many. */
export const figuresOf = ({ participants, infusions, adverseEvents, deviations }: Groups): Figures => ({
  participants: participantFigures(participants),
  infusions: {
    planned: count(infusions, ({ status }) => status === 'planned'),
    underWay: count(infusions, ({ status }) => status === 'running' || status === 'paused'),
    stopped: count(infusions, ({ status }) => status === 'stopped'),
    done: count(infusions, ({ status }) => status === 'ended'),
    cancelled: count(infusions, ({ status }) => status === 'cancelled'),
  },
  adverseEvents: adverseEventFigures(adverseEvents),
  deviations: {
    raised: count(deviations),
    open: count(deviations, isOpen),
    critical: count(deviations, ({ severity }) => severity === 'critical'),
    byCategory: counted(departureCategories, category => {
      const of = deviations.filter(group => group.category === category);
      return { raised: count(of), open: count(of, isOpen) };
    }),
  },
});

const isOpen = ({ status }: DeviationGroup): boolean => status !== 'closed';

function participantFigures(groups: readonly ParticipantGroup[]): Figures['participants'] {
  return {
    screened: count(groups),
    enrolled: count(groups, ({ enrolled }) => enrolled),
    notEnrolled: count(groups, ({ enrolled }) => !enrolled),
    byStatus: counted(participantStatuses, status => count(groups, group => group.status === status)),
    decisionsAffected: count(groups, ({ decisionAffected }) => decisionAffected),
  };
}

const endings: readonly (OutcomeTerm | null)[] = ['recovered', 'recoveredWithSequelae', 'fatal'];

function adverseEventFigures(groups: readonly AdverseEventGroup[]): Figures['adverseEvents'] {
  const held = groups.filter(({ voided }) => !voided);
  const goesOn = ({ ended, outcome }: AdverseEventGroup): boolean => !ended && !endings.includes(outcome);
  return {
    reported: count(held),
    open: count(held, goesOn),
    serious: count(held, ({ serious }) => serious === true),
    seriousOpen: count(held, group => group.serious === true && goesOn(group)),
    seriousnessMissing: count(held, ({ serious }) => serious === null),
    susar: count(held, ({ susar }) => susar),
    voided: count(groups, ({ voided }) => voided),
  };
}

function counted<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
  return Object.fromEntries(names.map(name => [name, of(name)])) as Record<Name, Value>;
}

/** The groups of one site. */
export const ofSite = (site: string, groups: Groups): Groups => ({
  participants: groups.participants.filter(group => group.site === site),
  infusions: groups.infusions.filter(group => group.site === site),
  adverseEvents: groups.adverseEvents.filter(group => group.site === site),
  deviations: groups.deviations.filter(group => group.site === site),
});
