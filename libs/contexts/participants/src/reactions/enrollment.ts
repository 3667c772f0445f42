import { filled, type Command, type CommandStep, type Reaction } from '@platform/commands';
import type { RecordedEvent } from '@platform/kernel';
import type { EnrollmentDetails } from '../domain/enrollment';
import { CompleteEnrollment, ReservePlace } from '../enrollment.commands';

/**
 * Goes on where an enrollment stopped between the place and the participant: enrolls whom a place is held
 * for, or gives the place back when that is not possible any more. After an enrollment that was not
 * interrupted it finds nothing to do.
 */
export const completeEnrollment: Reaction = {
  name: 'complete-enrollment',
  takes: ['EnrollmentReserved'],
  react: event => {
    const { imported } = event.data as { readonly imported?: boolean };
    return about(event, filled(CompleteEnrollment, { ...detailsOf(event), imported: imported === true }));
  },
};

/**
 * Every enrolled participant holds a place. Where two processes raced and the place was given back under an
 * enrollment, it is taken again, beyond the cap if need be: the enrollment has happened, and the race becomes
 * a deviation.
 */
export const confirmPlace: Reaction = {
  name: 'confirm-place',
  takes: ['ParticipantEnrolled'],
  react: event =>
    about(event, filled(ReservePlace, { ...detailsOf(event), imported: false, happened: true })),
};

const detailsOf = ({ data }: RecordedEvent): EnrollmentDetails => {
  const { enrolledAt, arm, actualArm } = data as unknown as EnrollmentDetails;
  return { enrolledAt, arm, actualArm };
};

function about({ metadata: { subject } }: RecordedEvent, command: Command): CommandStep[] {
  const { trial, participant } = subject;
  return trial === undefined || participant === undefined
    ? []
    : [{ command, target: { trial, participant } }];
}
