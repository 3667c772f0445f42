import { IsBoolean } from 'class-validator';
import { Command } from '@platform/commands';
import { IsOmittable, IsPartialDate, IsStreamIdText } from '@platform/http';
import type { EnrollmentDetails } from './domain/enrollment';
import { SourcedCommand } from './participants.inputs';

/** Gives the next participant number of a site; the receipt's `ids.participant` tells it. */
export class AllocateParticipantNumber extends Command {
  /** Only an import brings a number of its own. */
  @IsOmittable()
  @IsStreamIdText()
  participant?: string;
}

/** Enrolls an eligible participant on one of the trial's places. */
export class EnrollParticipant extends SourcedCommand implements EnrollmentDetails {
  @IsPartialDate()
  enrolledAt: string;

  /** Code of the arm that was allocated. */
  @IsOmittable()
  @IsStreamIdText()
  arm?: string;

  /** Code of the arm that was followed, where a source tells both. */
  @IsOmittable()
  @IsStreamIdText()
  actualArm?: string;
}

/* For the system; none of these stands on a route. */

export class ReservePlace extends Command implements EnrollmentDetails {
  @IsPartialDate()
  enrolledAt: string;

  @IsOmittable()
  @IsStreamIdText()
  arm?: string;

  @IsOmittable()
  @IsStreamIdText()
  actualArm?: string;

  @IsBoolean()
  imported: boolean;

  /** The participant is enrolled already, and only the place is missing. */
  @IsOmittable()
  @IsBoolean()
  happened?: boolean;
}

export class ReleasePlace extends Command {}

export class CompleteEnrollment extends Command implements EnrollmentDetails {
  @IsPartialDate()
  enrolledAt: string;

  @IsOmittable()
  @IsStreamIdText()
  arm?: string;

  @IsOmittable()
  @IsStreamIdText()
  actualArm?: string;

  @IsBoolean()
  imported: boolean;
}
