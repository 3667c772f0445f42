import { Type } from 'class-transformer';
import { Allow, IsNumber, IsUUID, Matches, Min, ValidateNested } from 'class-validator';
import { Command } from '@platform/commands';
import {
  ClinicalTimeInput,
  IsOmittable,
  IsPartialDate,
  IsText,
  IsUnit,
  IsZone,
  ReasonInput,
} from '@platform/http';
import type { Correction, JsonValue } from '@platform/kernel';
import { SourceRecordInput } from '@trial/participants';
import type { DoseTaken } from './domain/dosing';
import type { Administration } from './domain/events';
import { code } from './infusions.commands';

/** A command that an import may repeat: the same row of the same file adds nothing. */
abstract class SourcedCommand extends Command {
  @IsOmittable()
  @ValidateNested()
  @Type(() => SourceRecordInput)
  sourceRecord?: SourceRecordInput;
}

export class RecordDrugDose extends SourcedCommand implements DoseTaken {
  /** Code of the protocol's intervention, or another drug. */
  @Matches(code)
  drug: string;

  /** A single dose. */
  @IsNumber()
  @Min(0)
  dose: number;

  @IsUnit()
  unit: string;

  /** `QD`, `BID`, `Q12H`. */
  @Matches(code)
  frequency: string;

  /** Since when. */
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  at: ClinicalTimeInput;

  @IsOmittable()
  @IsPartialDate()
  until?: string;
}

export class RecordAdministration extends SourcedCommand implements Partial<Administration> {
  @IsText(200)
  treatment: string;

  @IsOmittable()
  @IsNumber()
  @Min(0)
  dose?: number;

  @IsOmittable()
  @IsUnit()
  unit?: string;

  @IsOmittable()
  @IsText(60)
  form?: string;

  @IsOmittable()
  @IsText(60)
  route?: string;

  @IsOmittable()
  @IsText(60)
  frequency?: string;

  @IsOmittable()
  @IsPartialDate()
  start?: string;

  @IsOmittable()
  @IsPartialDate()
  end?: string;

  @IsOmittable()
  @IsZone()
  zone?: string;

  @IsOmittable()
  @IsText(60)
  visit?: string;
}

export class CorrectTreatmentValue extends Command implements Correction {
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
