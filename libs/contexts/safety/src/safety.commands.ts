import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
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
import { SourceRecordInput } from '@trial/participants';
import type { CausalityToAssess } from './domain/assessments';
import {
  actions,
  outcomes,
  sourceSeverities,
  type Action,
  type Amendment,
  type CodedTerm,
  type OutcomeTerm,
  type Seriousness,
  type SourceSeverity,
} from './domain/events';
import type { Report } from './domain/reporting';

/** Codes of products, scales and versions. */
const code = /^[A-Za-z0-9][A-Za-z0-9 ._/+-]{0,59}$/;
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

/** The reason is mandatory when the same was assessed before. */
abstract class Assessment extends Command {
  @IsOmittable()
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  at?: ClinicalTimeInput;

  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

/** Either a grade of CTCAE v5, or the words of a source without grades. */
export class AssessSeverity extends Assessment {
  @IsOmittable()
  @IsInt()
  @Min(1)
  @Max(5)
  grade?: number;

  @IsOmittable()
  @IsInt()
  @Min(0)
  @Max(4)
  baselineGrade?: number;

  @IsOmittable()
  @IsIn(sourceSeverities)
  severity?: SourceSeverity;
}

/** Each criterion is true, false or not said. */
export class AssessSeriousness extends Assessment implements Partial<Seriousness> {
  /** What the source says; follows from the criteria unless given. */
  @IsOmittable()
  @IsBoolean()
  serious?: boolean;

  @IsOmittable()
  @IsBoolean()
  death?: boolean;

  @IsOmittable()
  @IsBoolean()
  lifeThreatening?: boolean;

  @IsOmittable()
  @IsBoolean()
  hospitalisation?: boolean;

  @IsOmittable()
  @IsBoolean()
  disability?: boolean;

  @IsOmittable()
  @IsBoolean()
  congenitalAnomaly?: boolean;

  @IsOmittable()
  @IsBoolean()
  otherMedicallyImportant?: boolean;

  @IsOmittable()
  @IsBoolean()
  infectiousDisease?: boolean;

  @IsOmittable()
  @IsBoolean()
  medicalRescue?: boolean;

  /** Kept as some sources tell it; makes no event serious. */
  @IsOmittable()
  @IsBoolean()
  cancer?: boolean;

  /** Kept as some sources tell it; makes no event serious. */
  @IsOmittable()
  @IsBoolean()
  overdose?: boolean;
}

/** The investigator's view. */
export class AssessCausality extends Assessment implements CausalityToAssess {
  /** Code of a product; the study treatment as a whole unless given. */
  @IsOmittable()
  @Matches(code)
  product?: string;

  @Matches(code)
  term: string;

  /** Id of a scale; the five common terms unless given. */
  @IsOmittable()
  @Matches(code)
  scale?: string;
}

/** The sponsor's view, beside the investigator's. */
export class AssessCausalityAsSponsor extends AssessCausality {}

export class AssessExpectedness extends Assessment {
  @IsOmittable()
  @Matches(code)
  product?: string;

  @IsBoolean()
  expected: boolean;

  /** Version of the reference safety information in force at onset. */
  @Matches(code)
  rsiVersion: string;

  @IsPartialDate()
  rsiFrom: string;

  /** First day on which it was no longer in force. */
  @IsOmittable()
  @IsPartialDate()
  rsiUntil?: string;
}

export class RecordAdverseEventOutcome extends Assessment {
  @IsIn(outcomes)
  outcome: OutcomeTerm;

  /** In the zone of the onset. */
  @IsOmittable()
  @IsPartialDate()
  end?: string;
}

export class RecordActionTaken extends Assessment {
  @IsOmittable()
  @Matches(code)
  product?: string;

  @IsIn(actions)
  action: Action;

  @IsOmittable()
  @IsText(2_000)
  detail?: string;
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
