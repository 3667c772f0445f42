import type { Target } from '@platform/commands';
import type { PartialDate } from '@platform/kernel';
import type { Chance } from '../clockwork/chance';
import type { Person } from '../people';
import type { SiteTeam } from '../staff';
import type { World } from '../world';

/** A person in the trial, as the stories about them know each other's doings. */
export interface Patient {
  readonly person: Person;
  readonly team: SiteTeam;
  readonly participant: string;
  readonly target: Target;
  readonly chance: Chance;
  /** Version of the consent form that was signed last. */
  consentVersion?: string;
  /** Study day 1. */
  dayOne?: PartialDate;
  /** No more treatment; visits go on. */
  offTreatment?: boolean;
  /** Nothing more is seen of the person. */
  gone?: boolean;
}

/** A day some workdays off another, and a working hour of it. */
export const visitMoment = ({ chance }: Patient, world: World, day: PartialDate, days: number): number =>
  world.clinicHour(day, days, chance);

/** Reasons as people give them: a code to count by, and a sentence. */
export const because = (code: string, text: string) => ({ code, text });
