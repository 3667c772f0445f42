import { Type } from 'class-transformer';
import { Allow, ArrayMaxSize, IsUUID, Matches, ValidateNested } from 'class-validator';
import { Command } from '@platform/commands';
import {
  ClinicalTimeInput,
  IsNullable,
  IsOmittable,
  IsPartialDate,
  IsStreamIdText,
  IsText,
  IsZone,
  ReasonInput,
} from '@platform/http';
import type { Correction, JsonValue } from '@platform/kernel';
import { CharacteristicInput, SourceRecordInput } from '@trial/participants';
import type { Amendment, CodedTerm } from './domain/events';
import type { Report } from './domain/reporting';

/** Codes of products, scales and versions. */
export const code = /^[A-Za-z0-9][A-Za-z0-9 ._/+-]{0,59}$/;
const maxListed = 50;

/** A term of a dictionary such as MedDRA. */
export class CodedTermInput implements CodedTerm {
  @IsText(200)
  preferredTerm: string;

  @IsOmittable()
  @IsText(200)
  systemOrganClass?: string;

  @IsOmittable()
  @IsText(200)
  lowestLevelTerm?: string;

  /** Name and version: `MedDRA 26.1`. */
  @IsOmittable()
  @IsText(60)
  dictionary?: string;
}

/** The receipt's `ids.adverseEvent` names the event. */
export class ReportAdverseEvent extends Command implements Report {
  /** As the reporter said it. */
  @IsText(500)
  term: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => CodedTermInput)
  coded?: CodedTermInput;

  @IsOmittable()
  @IsPartialDate()
  onset?: string;

  @IsOmittable()
  @IsPartialDate()
  end?: string;

  /** Of onset and end; the site's unless given. */
  @IsOmittable()
  @IsZone()
  zone?: string;

  /** Coded: a user's id, or a kind of person. */
  @IsOmittable()
  @IsStreamIdText()
  reporter?: string;

  /** When the site came to know of it. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  awareAt?: ClinicalTimeInput;

  @IsOmittable()
  @IsText(10_000)
  description?: string;

  @IsOmittable()
  @ArrayMaxSize(maxListed)
  @IsStreamIdText({ each: true })
  relatedInfusions?: string[];

  /** Codes of interventions; all of the protocol unless given. */
  @IsOmittable()
  @ArrayMaxSize(maxListed)
  @Matches(code, { each: true })
  suspectProducts?: string[];

  /** What a source tells beside all this, under its own codes. */
  @IsOmittable()
  @ArrayMaxSize(maxListed)
  @ValidateNested({ each: true })
  @Type(() => CharacteristicInput)
  qualifiers?: CharacteristicInput[];

  @IsOmittable()
  @ValidateNested()
  @Type(() => SourceRecordInput)
  sourceRecord?: SourceRecordInput;
}

/** Only the fields that change; null says that a value turned out to be unknown. */
export class AmendAdverseEvent extends Command implements Amendment {
  @IsOmittable()
  @IsText(500)
  term?: string;

  @IsOmittable()
  @IsNullable()
  @ValidateNested()
  @Type(() => CodedTermInput)
  coded?: CodedTermInput | null;

  @IsOmittable()
  @IsNullable()
  @IsPartialDate()
  onset?: string | null;

  @IsOmittable()
  @IsNullable()
  @IsPartialDate()
  end?: string | null;

  @IsOmittable()
  @IsNullable()
  @IsStreamIdText()
  reporter?: string | null;

  @IsOmittable()
  @IsNullable()
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  awareAt?: ClinicalTimeInput | null;

  @IsOmittable()
  @IsNullable()
  @IsText(10_000)
  description?: string | null;

  @IsOmittable()
  @ArrayMaxSize(maxListed)
  @IsStreamIdText({ each: true })
  relatedInfusions?: string[];

  @IsOmittable()
  @ArrayMaxSize(maxListed)
  @Matches(code, { each: true })
  suspectProducts?: string[];

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

export class VoidAdverseEvent extends Command {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

export class CorrectAdverseEventValue extends Command implements Correction {
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
