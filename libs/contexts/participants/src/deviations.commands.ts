import { Type } from 'class-transformer';
import { ArrayMaxSize, IsBoolean, IsIn, IsUUID, Matches, ValidateNested } from 'class-validator';
import { Command, commandRow, type Addressed, type AnyCommandRow, type FactReader } from '@platform/commands';
import { ClinicalTimeInput, IsOmittable, IsPartialDate, IsText, ReasonInput } from '@platform/http';
import { derivedId, isRejection, type Rejection } from '@platform/kernel';
import type { Permission } from '@trial/access';
import {
  departureCategories,
  departureSeverities,
  type DepartureCategory,
  type DepartureSeverity,
} from './domain/departure';
import {
  assessDeviation,
  closeDeviation,
  deviationDecider,
  deviationStream,
  raiseDeviation,
  type DeviationAssessment,
  type DeviationFacts,
  type RaiseCommand,
} from './domain/deviation';
import { readTrial, siteOf } from './participants.facts';

/**
 * Opens a deviation: a reaction for what a decision found, or a person for what was noticed otherwise. The receipt's
 * `ids.deviation` names it.
 */
export class RaiseDeviation extends Command implements RaiseCommand {
  @Matches(/^[A-Z][A-Z0-9-]{1,59}$/)
  rule: string;

  @IsIn(departureCategories)
  category: DepartureCategory;

  @IsIn(departureSeverities)
  severity: DepartureSeverity;

  @IsText(2_000)
  description: string;

  /** Ids of the events that show it. */
  @IsOmittable()
  @ArrayMaxSize(1_000)
  @IsUUID(undefined, { each: true })
  causes?: string[];

  @IsOmittable()
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  occurredAt?: ClinicalTimeInput;

  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  identifiedAt: ClinicalTimeInput;
}

export class AssessDeviation extends Command implements DeviationAssessment {
  @IsIn(departureCategories)
  category: DepartureCategory;

  @IsIn(departureSeverities)
  severity: DepartureSeverity;

  @IsText(4_000)
  assessment: string;

  @IsOmittable()
  @IsText(4_000)
  correctiveAction?: string;

  /** Whether the ethics committee is to be told. */
  @IsBoolean()
  reportable: boolean;

  @IsPartialDate()
  assessedAt: string;

  /** Mandatory from the second assessment on. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

export class CloseDeviation extends Command {
  @IsPartialDate()
  closedAt: string;

  @IsText(4_000)
  conclusion: string;
}

/**
 * A deviation that somebody notices gets its id from the request's command, so that a repeated request opens no second
 * one. Nobody outside chooses it: whether an id is taken would tell of what other sites have.
 */
const deviationOf = ({ target, commandId }: Addressed<Command>): string =>
  target.deviation ?? derivedId('deviation', commandId);

const ofDeviation = {
  stream: (at: Addressed<Command>) => deviationStream(deviationOf(at)),
  decider: deviationDecider,
  permission: 'deviation.manage' satisfies Permission,
  facts: async ({ target }: Addressed<Command>, reader: FactReader): Promise<DeviationFacts | Rejection> => {
    const facts = await readTrial({ target }, reader);
    if (isRejection(facts)) return facts;
    const { trial, participant } = target;
    return { trial: trial!, participant, site: facts.site, zone: facts.zone };
  },
  subject: (at: Addressed<Command>) => ({
    ...at.target,
    deviation: deviationOf(at),
    site: siteOf(at.target),
  }),
};

export const deviationCommands: readonly AnyCommandRow[] = [
  commandRow({
    ...ofDeviation,
    command: RaiseDeviation,
    decide: raiseDeviation,
    gives: at => ({ deviation: deviationOf(at) }),
  }),
  commandRow({ ...ofDeviation, command: AssessDeviation, decide: assessDeviation }),
  commandRow({ ...ofDeviation, command: CloseDeviation, decide: closeDeviation }),
];
