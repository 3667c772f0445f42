/** A participant's way through the trial, and the four that can come at any time. */
export const participantStatuses = [
  'prescreened',
  'consented',
  'inScreening',
  'eligible',
  'screenFailure',
  'deferred',
  'enrolled',
  'onTreatment',
  'inFollowUp',
  'completed',
  'withdrawnFromTreatment',
  'consentWithdrawn',
  'lostToFollowUp',
  'died',
] as const;

export type ParticipantStatus = (typeof participantStatuses)[number];

const atAnyTime = ['consentWithdrawn', 'lostToFollowUp', 'died'] as const;
const screened = ['eligible', 'screenFailure', 'deferred'] as const;

/** Which status may follow which in a trial that goes by its protocol. Nothing follows a death. */
export const nextStatuses: Readonly<Record<ParticipantStatus, readonly ParticipantStatus[]>> = {
  prescreened: ['consented', 'screenFailure', ...atAnyTime],
  consented: ['inScreening', ...screened, ...atAnyTime],
  inScreening: [...screened, ...atAnyTime],
  eligible: ['enrolled', 'inScreening', 'screenFailure', 'deferred', ...atAnyTime],
  screenFailure: ['inScreening', 'eligible', 'deferred', ...atAnyTime],
  deferred: ['inScreening', 'eligible', 'screenFailure', ...atAnyTime],
  enrolled: ['onTreatment', 'inFollowUp', 'completed', 'withdrawnFromTreatment', ...atAnyTime],
  onTreatment: ['inFollowUp', 'completed', 'withdrawnFromTreatment', ...atAnyTime],
  inFollowUp: ['onTreatment', 'completed', 'withdrawnFromTreatment', ...atAnyTime],
  completed: ['consentWithdrawn', 'died'],
  withdrawnFromTreatment: ['inFollowUp', 'completed', ...atAnyTime],
  consentWithdrawn: ['consented', 'inFollowUp', 'died'],
  lostToFollowUp: [
    'onTreatment',
    'inFollowUp',
    'completed',
    'withdrawnFromTreatment',
    'consentWithdrawn',
    'died',
  ],
  died: [],
};

/** Statuses of somebody who was enrolled and may be treated. */
export const treatableStatuses: readonly ParticipantStatus[] = ['enrolled', 'onTreatment', 'inFollowUp'];

/** Statuses that only somebody who was enrolled comes to. */
export const enrolledStatuses: readonly ParticipantStatus[] = [
  'enrolled',
  'onTreatment',
  'inFollowUp',
  'completed',
  'withdrawnFromTreatment',
];

/** Statuses from which an investigator decides on eligibility. */
export const decidableStatuses: readonly ParticipantStatus[] = [
  'consented',
  'inScreening',
  'eligible',
  'screenFailure',
  'deferred',
];
