import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsNumber, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { Command } from '@platform/commands';
import { IsOmittable, IsPartialDate, IsText, QuantityInput } from '@platform/http';
import type { SourceRecord } from '@platform/kernel';
import { findings } from './domain/participant/recorded';
import type * as recorded from './domain/participant/recorded';
import type { StatementGiven } from './domain/participant/records';

/* Items of the lists that commands take. */

/** The row of a file that an entry is taken from: the same row again adds nothing. */
export class SourceRecordInput implements SourceRecord {
  @IsString()
  @Length(1, 200)
  file: string;

  @IsString()
  @Length(1, 200)
  key: string;
}

export abstract class Sourced {
  @IsOmittable()
  @ValidateNested()
  @Type(() => SourceRecordInput)
  sourceRecord?: SourceRecordInput;
}

/** A command that an import may repeat: the same row of the same file adds nothing. */
export abstract class SourcedCommand extends Command {
  @IsOmittable()
  @ValidateNested()
  @Type(() => SourceRecordInput)
  sourceRecord?: SourceRecordInput;
}

/** Codes of tests, statements and visits: `ALT`, `noTransplantationPlanned`. */
export const code = /^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}$/;

abstract class Determined extends Sourced {
  @IsOmittable()
  @IsText(200)
  name?: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => QuantityInput)
  quantity?: QuantityInput;

  /** The result is reported as below or above the quantity. */
  @IsOmittable()
  @IsIn(['below', 'above'])
  bound?: 'below' | 'above';

  @IsOmittable()
  @IsText(500)
  text?: string;

  @IsOmittable()
  @IsBoolean()
  notDone?: boolean;

  @IsOmittable()
  @IsText(60)
  visit?: string;

  /** Done in the course of care and not for the trial. */
  @IsOmittable()
  @IsBoolean()
  routineCare?: boolean;

  @IsOmittable()
  @IsText(100)
  method?: string;
}

export class ReportedRangeInput implements recorded.ReportedRange {
  @IsOmittable()
  @IsNumber()
  low?: number;

  @IsOmittable()
  @IsNumber()
  high?: number;

  @IsOmittable()
  @IsText(40)
  indicator?: string;
}

export class LaboratoryResultInput extends Determined implements recorded.LaboratoryResult {
  @Matches(code)
  analyte: string;

  @IsOmittable()
  @IsIn(findings)
  finding?: recorded.Finding;

  @IsOmittable()
  @IsPartialDate()
  collectedAt?: string;

  @IsOmittable()
  @IsText(100)
  laboratory?: string;

  @IsOmittable()
  @IsText(100)
  specimen?: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => ReportedRangeInput)
  reported?: ReportedRangeInput;
}

export class MeasurementInput extends Determined implements recorded.Measurement {
  @Matches(code)
  code: string;

  @IsOmittable()
  @IsPartialDate()
  takenAt?: string;

  @IsOmittable()
  @IsText(60)
  position?: string;

  @IsOmittable()
  @IsText(200)
  timePoint?: string;
}

export class StatementInput extends Sourced implements StatementGiven {
  @Matches(code)
  key: string;

  @IsBoolean()
  holds: boolean;

  @IsOmittable()
  @IsText(2_000)
  text?: string;

  @IsPartialDate()
  attestedAt: string;
}

export class MedicalHistoryInput extends Sourced implements recorded.MedicalHistory {
  @IsText(500)
  term: string;

  @IsOmittable()
  @IsText(200)
  code?: string;

  @IsOmittable()
  @IsText(60)
  codeSystem?: string;

  @IsOmittable()
  @IsText(200)
  category?: string;

  @IsOmittable()
  @IsText(200)
  bodySystem?: string;

  @IsOmittable()
  @IsText(60)
  severity?: string;

  @IsOmittable()
  @IsPartialDate()
  startedAt?: string;

  @IsOmittable()
  @IsPartialDate()
  endedAt?: string;

  @IsOmittable()
  @IsBoolean()
  ongoing?: boolean;
}

export class VisitInput extends Sourced implements recorded.VisitAttendance {
  @Matches(code)
  visit: string;

  @IsOmittable()
  @IsText(200)
  name?: string;

  @IsOmittable()
  @IsPartialDate()
  startedAt?: string;

  @IsOmittable()
  @IsPartialDate()
  endedAt?: string;
}

export class CharacteristicInput implements recorded.Characteristic {
  @Matches(code)
  code: string;

  @IsText(200)
  value: string;
}

export class AssessedValueInput implements recorded.AssessedValue {
  @Matches(code)
  code: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => QuantityInput)
  quantity?: QuantityInput;

  @IsOmittable()
  @IsText(500)
  text?: string;
}
