import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Command } from '@platform/commands';
import { ClinicalTimeInput, IsOmittable, IsPartialDate, IsText, ReasonInput } from '@platform/http';
import type { CausalityToAssess } from './domain/assessments';
import {
  actions,
  outcomes,
  sourceSeverities,
  type Action,
  type OutcomeTerm,
  type Seriousness,
  type SourceSeverity,
} from './domain/events';
import { code } from './safety.commands';

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
