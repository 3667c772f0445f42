import type { PartialDate } from '@platform/kernel';

/** The words of ClinicalTrials.gov for an interventional study's overall status. */
export const trialStatuses = [
  'notYetRecruiting',
  'recruiting',
  'enrollingByInvitation',
  'activeNotRecruiting',
  'suspended',
  'completed',
  'terminated',
  'withdrawn',
] as const;

export type TrialStatus = (typeof trialStatuses)[number];

export interface DatedStatus {
  readonly status: TrialStatus;
  /** Since when, as precisely as it is known, in the trial's zone. */
  readonly effectiveOn: PartialDate;
}

/**
 * Which status may follow which, by the registry's definitions: `withdrawn` means that nobody was enrolled, which is
 * known to the participants and not here, so it is possible from every status that can be without participants.
 */
export const nextStatuses: Readonly<Record<TrialStatus, readonly TrialStatus[]>> = {
  notYetRecruiting: ['recruiting', 'enrollingByInvitation', 'suspended', 'withdrawn'],
  recruiting: [
    'enrollingByInvitation',
    'activeNotRecruiting',
    'suspended',
    'completed',
    'terminated',
    'withdrawn',
  ],
  enrollingByInvitation: [
    'recruiting',
    'activeNotRecruiting',
    'suspended',
    'completed',
    'terminated',
    'withdrawn',
  ],
  activeNotRecruiting: ['recruiting', 'enrollingByInvitation', 'suspended', 'completed', 'terminated'],
  suspended: ['recruiting', 'enrollingByInvitation', 'activeNotRecruiting', 'terminated', 'withdrawn'],
  completed: [],
  terminated: [],
  withdrawn: [],
};

/** The registry asks why a study stopped for exactly these. */
export const statusesWithReason: readonly TrialStatus[] = ['suspended', 'terminated', 'withdrawn'];
