import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsIn, Matches, ValidateNested } from 'class-validator';
import { Command } from '@platform/commands';
import { ClinicalTimeInput, IsOmittable, IsStreamIdText, IsText, ReasonInput } from '@platform/http';
import { recallNumbers, type RecallNumbers } from '../domain/recall/recall';
import type { RecallToRecord } from '../domain/recall/recalling';
import { code } from '../infusions.commands';
import { CorrectTreatmentValue } from '../treatment.commands';

/** A product that whoever made or supplied it has recalled. The receipt's `ids.recall` names the recall. */
export class RecallProduct extends Command implements RecallToRecord {
  /** What the numbers are: donation numbers of units, lots, or the manufacturer's batches. */
  @IsIn(recallNumbers)
  by: RecallNumbers;

  @ArrayNotEmpty()
  @ArrayMaxSize(1_000)
  @Matches(code, { each: true })
  numbers: string[];

  /** Only units of this kind. */
  @IsOmittable()
  @Matches(code)
  kind?: string;

  /** Since when it is recalled. */
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  at: ClinicalTimeInput;

  /** The manufacturer, the cord blood bank. */
  @IsOmittable()
  @IsText(200)
  issuedBy?: string;

  /** Number of the letter. */
  @IsOmittable()
  @Matches(code)
  reference?: string;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

/** From then on the product may be given again. */
export class LiftProductRecall extends Command {
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  at: ClinicalTimeInput;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

/** Numbers that were forgotten or wrong, or a recall that was entered in error. */
export class CorrectProductRecallValue extends CorrectTreatmentValue {}

/** Sent by a reaction: whom a recall concerns, by what was known at a position. */
export class TraceRecalledProduct extends Command {
  @Matches(/^\d{1,19}$/)
  position: string;
}

/** Sent by a reaction, to the record of who received a recalled product. */
export class FlagRecalledProduct extends Command {
  @IsStreamIdText()
  recall: string;
}
