import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayNotEmpty,
  IsIn,
  IsInt,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Command } from '@platform/commands';
import { IsOmittable, IsPartialDate, IsStreamIdText, IsText, ReasonInput } from '@platform/http';
import type { Correction, JsonValue } from '@platform/kernel';
import { dataUses, screeningOutcomes, sexes } from './domain/participant/recorded';
import type { DataUse, ScreeningOutcome, Sex } from './domain/participant/recorded';
import { participantStatuses, type ParticipantStatus } from './domain/participant/statuses';
import {
  AssessedValueInput,
  CharacteristicInput,
  LaboratoryResultInput,
  MeasurementInput,
  MedicalHistoryInput,
  SourcedCommand,
  StatementInput,
  VisitInput,
  code,
} from './participants.inputs';

/** So that one append stays well below the log's cap of 1 MiB. */
const maxItems = 500;

/** Opens the record of a participant whose number was given before. */
export class PrescreenParticipant extends SourcedCommand {
  /** Today, at the site, unless given. */
  @IsOmittable()
  @IsPartialDate()
  prescreenedAt?: string;

  @IsOmittable()
  @IsIn(sexes)
  sex?: Sex;

  @IsOmittable()
  @IsInt()
  @Min(1880)
  @Max(2100)
  birthYear?: number;

  @IsOmittable()
  @IsInt()
  @Min(0)
  @Max(130)
  ageYears?: number;

  @IsOmittable()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => CharacteristicInput)
  characteristics?: CharacteristicInput[];

  /** The coded id of the participant in another system; never a name or a hospital's number. */
  @IsOmittable()
  @IsStreamIdText()
  sourceId?: string;
}

export class SignConsent extends SourcedCommand {
  /** Version of the consent form. */
  @IsText(20)
  version: string;

  @IsPartialDate()
  signedAt: string;
}

export class WithdrawConsent extends SourcedCommand {
  @IsPartialDate()
  withdrawnAt: string;

  /** Mandatory for a person; a source may be silent. */
  @IsOmittable()
  @IsIn(dataUses)
  dataUse?: DataUse;

  @IsOmittable()
  @IsText(1_000)
  detail?: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

export class RecordDiagnosis extends SourcedCommand {
  @Matches(code)
  code: string;

  @IsOmittable()
  @IsText(200)
  name?: string;

  @IsOmittable()
  @IsPartialDate()
  diagnosedAt?: string;

  @IsOmittable()
  @IsText(2_000)
  detail?: string;
}

export class RecordLaboratoryResults extends Command {
  @ArrayNotEmpty()
  @ArrayMaxSize(maxItems)
  @ValidateNested({ each: true })
  @Type(() => LaboratoryResultInput)
  results: LaboratoryResultInput[];
}

export class RecordMeasurements extends Command {
  @ArrayNotEmpty()
  @ArrayMaxSize(maxItems)
  @ValidateNested({ each: true })
  @Type(() => MeasurementInput)
  measurements: MeasurementInput[];
}

export class AttestStatements extends Command {
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => StatementInput)
  statements: StatementInput[];
}

export class RecordMedicalHistory extends Command {
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => MedicalHistoryInput)
  history: MedicalHistoryInput[];
}

export class RecordVisits extends Command {
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => VisitInput)
  visits: VisitInput[];
}

export class ChangeParticipantStatus extends SourcedCommand {
  @IsIn(participantStatuses)
  status: ParticipantStatus;

  @IsPartialDate()
  since: string;

  /** As the source or the person words it. */
  @IsOmittable()
  @IsText(500)
  detail?: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

/** For the system: a first treatment was recorded. Stands on no route. */
export class NoteTreatment extends Command {
  @IsPartialDate()
  since: string;
}

export class CorrectParticipantValue extends Command implements Correction {
  /** Id of the event that wrote the value. */
  @IsUUID()
  event: string;

  @Matches(/^[a-zA-Z]{1,40}$/)
  field: string;

  /** Any JSON value; each field has its own check. Null takes an optional value away. */
  @Allow()
  value: JsonValue;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

export class RecordAssessment extends SourcedCommand {
  /** `BONEMARROW`, `DISEASE`. */
  @Matches(code)
  assessment: string;

  @IsOmittable()
  @IsPartialDate()
  assessedAt?: string;

  @IsOmittable()
  @Matches(code)
  visit?: string;

  @IsOmittable()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => AssessedValueInput)
  values?: AssessedValueInput[];

  @IsOmittable()
  @IsText(2_000)
  conclusion?: string;
}

/** The response that was decided, beside what its definition proposes. */
export class RecordResponse extends SourcedCommand {
  /** Id of the definition: `AA`, `MDS-IWG`. */
  @Matches(code)
  definition: string;

  @IsText(40)
  response: string;

  @IsPartialDate()
  assessedAt: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

/** An investigator's decision on eligibility. The evaluation is made with it and stored beside it. */
export class RecordScreeningDecision extends SourcedCommand {
  @IsIn(screeningOutcomes)
  decision: ScreeningOutcome;

  /** Today, at the site, unless given. */
  @IsOmittable()
  @IsPartialDate()
  decidedAt?: string;

  /** Mandatory where the decision is another one than proposed. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}
