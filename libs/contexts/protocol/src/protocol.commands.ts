import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsUUID,
  Length,
  IsString,
  ValidateNested,
} from 'class-validator';
import { commandRow, Command, type Addressed } from '@platform/commands';
import { IsOmittable, IsPartialDate, IsText, IsZone, ReasonInput } from '@platform/http';
import type { Permission } from '@trial/access';
import type { ProtocolDefinition } from './domain/definition';
import * as trial from './domain/trial';
import type { PlannedDates, TrialDetails } from './domain/trial-details';
import { trialStatuses, type DatedStatus, type TrialStatus } from './domain/trial-status';

export class LocationInput {
  @IsText(400)
  name: string;

  @IsText(200)
  city: string;
}

export class PlannedDatesInput implements PlannedDates {
  @IsOmittable()
  @IsPartialDate()
  start?: string;

  @IsOmittable()
  @IsPartialDate()
  primaryCompletion?: string;

  @IsOmittable()
  @IsPartialDate()
  completion?: string;
}

/** A trial comes into being, with what its registry entry says around the protocol. */
export class DefineTrial extends Command implements TrialDetails {
  @IsText(100)
  registryNumber: string;

  @IsArray()
  @ArrayMaxSize(50)
  @IsText(100, { each: true })
  otherIds: readonly string[];

  @IsText(1_000)
  title: string;

  @IsText(400)
  sponsor: string;

  @IsArray()
  @ArrayMaxSize(500)
  @IsText(400, { each: true })
  collaborators: readonly string[];

  @IsArray()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => LocationInput)
  locations: readonly LocationInput[];

  /** ISO 3166-1 alpha-3. */
  @IsOmittable()
  @IsString()
  @Length(3, 3)
  country?: string;

  @IsZone()
  zone: string;

  @IsObject()
  @ValidateNested()
  @Type(() => PlannedDatesInput)
  plannedDates: PlannedDatesInput;
}

/** The registry entry as it reads now, whole; what differs is recorded as the change. */
export class ChangeTrialDetails extends DefineTrial {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

/** The first version of the protocol, or an amendment beside those that were published before. */
export class PublishProtocolVersion extends Command implements trial.Publication {
  /** A protocol definition; looked at part by part when the command is decided. */
  @IsObject()
  definition: ProtocolDefinition;

  /** First day on which it is the version in force, in the trial's zone. */
  @IsPartialDate()
  effectiveFrom: string;

  /** Mandatory for an amendment. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

export class ChangeTrialStatus extends Command {
  @IsIn(trialStatuses)
  status: TrialStatus;

  /** Since when, as precisely as it is known; today in the trial's zone unless given. */
  @IsOmittable()
  @IsPartialDate()
  effectiveOn?: string;

  /** Mandatory for suspended, terminated and withdrawn. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

export class CorrectTrialStatus extends Command implements Partial<DatedStatus> {
  /** Event id of the change of status that was recorded wrongly. */
  @IsUUID()
  original: string;

  @IsOmittable()
  @IsIn(trialStatuses)
  status?: TrialStatus;

  @IsOmittable()
  @IsPartialDate()
  effectiveOn?: string;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

const defining = {
  stream: ({ target }: Addressed<Command>) => trial.trialStream(target.trial!),
  decider: trial.trialDecider,
  permission: 'trial.define' satisfies Permission,
};

export const protocolCommands = [
  commandRow({ ...defining, command: DefineTrial, decide: trial.defineTrial }),
  commandRow({ ...defining, command: ChangeTrialDetails, decide: trial.changeTrialDetails }),
  commandRow({ ...defining, command: PublishProtocolVersion, decide: trial.publishProtocolVersion }),
  commandRow({ ...defining, command: ChangeTrialStatus, decide: trial.changeTrialStatus }),
  commandRow({ ...defining, command: CorrectTrialStatus, decide: trial.correctTrialStatus }),
];
