import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Command } from '@platform/commands';
import { IsInstant, IsOmittable, IsStreamIdText, IsText, ReasonInput } from '@platform/http';
import { ruleKinds, type CountedBy, type RuleKind, type RuleParameters } from '../domain/stopping/rule';
import { reviewDecisions, type Review, type ReviewDecision } from '../domain/stopping/stopping';

/** Rates, levels and thresholds: more than never, less than always. */
const [least, most] = [1e-6, 1 - 1e-6];
const maxPeople = 10_000;

export class CountedByInput implements CountedBy {
  /** CTCAE grade that is at least reached. */
  @IsOmittable()
  @IsInt()
  @Min(1)
  @Max(5)
  minGrade?: number;

  /** Only events that count as related. */
  @IsOmittable()
  @IsBoolean()
  related?: boolean;

  /** Only serious events. */
  @IsOmittable()
  @IsBoolean()
  serious?: boolean;
}

/** Each kind has its own of these. */
export class RuleParametersInput implements RuleParameters {
  /** countAmongFirst: participants with an event that are too many. */
  @IsOmittable()
  @IsInt()
  @Min(1)
  @Max(maxPeople)
  participants?: number;

  /** countAmongFirst: among the first so many treated. */
  @IsOmittable()
  @IsInt()
  @Min(1)
  @Max(maxPeople)
  amongFirst?: number;

  /** exactBinomial, bayesian: the rate that is tolerated. */
  @IsOmittable()
  @IsNumber()
  @Min(least)
  @Max(most)
  toleratedRate?: number;

  /** exactBinomial: one-sided level. */
  @IsOmittable()
  @IsNumber()
  @Min(least)
  @Max(most)
  level?: number;

  /** bayesian: first parameter of the beta prior. */
  @IsOmittable()
  @IsNumber()
  @Min(0.01)
  @Max(maxPeople)
  priorAlpha?: number;

  /** bayesian: second parameter of the beta prior. */
  @IsOmittable()
  @IsNumber()
  @Min(0.01)
  @Max(maxPeople)
  priorBeta?: number;

  /** bayesian: posterior probability of a rate above the tolerated one that is too much. */
  @IsOmittable()
  @IsNumber()
  @Min(least)
  @Max(most)
  threshold?: number;

  /** exactBinomial, bayesian: no signal before so many are treated. */
  @IsOmittable()
  @IsInt()
  @Min(1)
  @Max(maxPeople)
  minTreated?: number;
}

/** A rule, or the next version of the one under the same id. */
export class DefineStoppingRule extends Command {
  @IsStreamIdText()
  rule: string;

  @IsText(200)
  title: string;

  @IsIn(ruleKinds)
  kind: RuleKind;

  @ValidateNested()
  @Type(() => CountedByInput)
  counts: CountedByInput;

  @ValidateNested()
  @Type(() => RuleParametersInput)
  parameters: RuleParametersInput;

  /** Where it stands: the protocol's section, a board's decision. */
  @IsText(500)
  source: string;

  /** Mandatory from the second version on. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

export class RetireStoppingRule extends Command {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

/** Sent by a reaction; it stands on no route. */
export class LookAtStoppingRules extends Command {
  /** Of the event that may have changed what counts: the look is as of there. */
  @Matches(/^\d{1,19}$/)
  position: string;

  /** When that event was recorded, UTC. */
  @IsInstant()
  knownAt: string;
}

/** A pause or a stop suspends enrollment in the name of whoever decides. */
export class ReviewStoppingSignal extends Command implements Review {
  @IsIn(reviewDecisions)
  decision: ReviewDecision;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}
