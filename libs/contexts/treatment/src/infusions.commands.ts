import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Command } from '@platform/commands';
import {
  ClinicalTimeInput,
  IsOmittable,
  IsPartialDate,
  IsStreamIdText,
  IsText,
  IsUnit,
  IsZone,
  QuantityInput,
  ReasonInput,
} from '@platform/http';
import type { PlanDetails, ProductUnit, VitalSigns } from './domain/events';
import type { Happening } from './domain/moment';
import type { InfusionToPlan } from './domain/infusion/preparation';

/** ISBT 128 numbers and codes of products, drugs and routes. */
export const code = /^[A-Za-z0-9][A-Za-z0-9 ._/+-]{0,59}$/;
const maxUnits = 20;

/** One bag or vial. Times are in the zone of the plan unless `zone` says otherwise. */
export class ProductUnitInput implements ProductUnit {
  @Matches(code)
  din: string;

  @IsOmittable()
  @Matches(code)
  lot?: string;

  /** The manufacturer's. */
  @IsOmittable()
  @Matches(code)
  batch?: string;

  @Matches(code)
  kind: string;

  @IsOmittable()
  @IsPartialDate()
  expiresAt?: string;

  @IsOmittable()
  @IsPartialDate()
  thawedAt?: string;

  @IsOmittable()
  @IsZone()
  zone?: string;
}

export class VitalSignInput extends QuantityInput {
  /** `SYSBP`, `DIABP`, `PULSE`, `TEMP`, `RESP`, `OXYSAT`. */
  @Matches(code)
  code: string;
}

/** The next infusion of a product. The receipt's `ids.infusion` names it. */
export class PlanInfusion extends Command implements InfusionToPlan {
  @Matches(code)
  product: string;

  @IsPartialDate()
  plannedOn: string;

  @ArrayMaxSize(maxUnits)
  @ValidateNested({ each: true })
  @Type(() => ProductUnitInput)
  units: ProductUnitInput[];

  @IsOmittable()
  @IsZone()
  zone?: string;

  /** The infusion was given already, and is entered now. */
  @IsOmittable()
  @IsBoolean()
  recordedAfterwards?: boolean;
}

export class ChangeInfusionPlan extends Command implements Partial<PlanDetails> {
  @IsOmittable()
  @IsPartialDate()
  plannedOn?: string;

  @IsOmittable()
  @ArrayMaxSize(maxUnits)
  @ValidateNested({ each: true })
  @Type(() => ProductUnitInput)
  units?: ProductUnitInput[];

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

export class CancelInfusion extends Command {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

/** Something that happens now or, with `at` and `recordedAfterwards`, has happened before it is entered. */
abstract class HappeningCommand extends Command implements Happening {
  /** Now, at the site's clock, unless given. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  at?: ClinicalTimeInput;

  @IsOmittable()
  @IsBoolean()
  recordedAfterwards?: boolean;
}

abstract class ReasonedHappening extends HappeningCommand {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

export class RecordThaw extends HappeningCommand {
  @Matches(code)
  din: string;

  /** Last day or minute of use after preparation, in the zone of `at`. */
  @IsOmittable()
  @IsPartialDate()
  expiresAt?: string;
}

/** Who sends this is the first of the two people. */
export class VerifyInfusionIdentity extends HappeningCommand {
  @IsStreamIdText()
  secondPerson: string;

  /** Donation numbers as read off the units; all planned ones unless given. */
  @IsOmittable()
  @ArrayNotEmpty()
  @ArrayMaxSize(maxUnits)
  @Matches(code, { each: true })
  units?: string[];
}

export class RecordPremedication extends HappeningCommand {
  @Matches(code)
  drug: string;

  @IsOmittable()
  @IsNumber()
  @Min(0)
  dose?: number;

  @IsOmittable()
  @IsUnit()
  unit?: string;

  @IsOmittable()
  @Matches(code)
  route?: string;
}

export class StartInfusion extends HappeningCommand {}

/** Overrides gates that a start was held back by, and starts. */
export class StartInfusionDespiteGates extends ReasonedHappening {
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @Matches(/^TRT-[A-Z-]{1,40}$/, { each: true })
  gates: string[];
}

export class PauseInfusion extends ReasonedHappening {}

export class ResumeInfusion extends HappeningCommand {}

export class StopInfusion extends ReasonedHappening {}

export class EndInfusion extends HappeningCommand {
  /** Viable cells in all, as a number. */
  @IsOmittable()
  @IsNumber()
  @Min(0)
  cellsGiven?: number;

  @IsOmittable()
  @IsNumber()
  @Min(0)
  volumeMl?: number;
}

export class RecordInfusionVitalSigns extends HappeningCommand {
  @IsIn(['before', 'during', 'after'])
  phase: VitalSigns['phase'];

  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => VitalSignInput)
  values: VitalSignInput[];
}

/** The receipt's `ids.reaction` names the reaction. */
export class RecordInfusionReaction extends HappeningCommand {
  @IsText(200)
  term: string;

  /** CTCAE v5. */
  @IsInt()
  @Min(1)
  @Max(5)
  grade: number;

  @IsOmittable()
  @IsStreamIdText()
  adverseEvent?: string;
}

export class ResolveInfusionReaction extends HappeningCommand {}
