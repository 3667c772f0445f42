import { Type } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsUUID, Matches, ValidateNested } from 'class-validator';
import { Command } from '@platform/commands';
import {
  ClinicalTimeInput,
  IsOmittable,
  IsPartialDate,
  IsStreamIdText,
  IsText,
  ReasonInput,
} from '@platform/http';
import type { ToFulfil, ToOpen } from './domain/case/by-people';
import { parties, type Party } from './domain/rules/rule';

const code = /^[A-Z][A-Z0-9-]{1,39}$/;
const version = /^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$/;

/** A rule set in one of the versions that this software brings along. */
export class ActivateRuleSet extends Command {
  @Matches(code)
  ruleSet: string;

  @Matches(version)
  version: string;

  /** First day, in the trial's zone, of what it applies to. */
  @IsPartialDate()
  from: string;

  /** Mandatory from the second time on. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

export class DeactivateRuleSet extends Command {
  @Matches(code)
  ruleSet: string;

  /** First day, in the trial's zone, of what it applies to no longer. */
  @IsPartialDate()
  from: string;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

/** For what no adverse event brings about. The receipt's `ids.reportingCase` and `ids.obligation` name it. */
export class OpenObligation extends Command implements ToOpen {
  /** Id of a rule that a person opens: `CN-SC-ERROR`. */
  @Matches(code)
  rule: string;

  /** When it happened: what the time counts from. */
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  anchor: ClinicalTimeInput;

  @IsText(4_000)
  description: string;
}

/** Sets from when on the time counts. What ran before stays in the history. */
export class ReanchorObligation extends Command {
  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  anchor: ClinicalTimeInput;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

/** Records that the report was sent. */
export class FulfilObligation extends Command implements ToFulfil {
  /** Of what was sent: a number of the receiver, of a file, of a letter. */
  @IsText(200)
  reference: string;

  @ValidateNested()
  @Type(() => ClinicalTimeInput)
  sentAt: ClinicalTimeInput;

  /** Coded; the one who records it unless given. */
  @IsOmittable()
  @IsStreamIdText()
  sentBy?: string;

  /** Everybody whom the rule names unless given. */
  @IsOmittable()
  @ArrayMaxSize(parties.length)
  @IsIn(parties, { each: true })
  sentTo?: Party[];
}

/** The same of what the investigator owes, by an investigator. */
export class FulfilObligationAsInvestigator extends FulfilObligation {}

export class WaiveObligation extends Command {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

/** What an event of an adverse event, or of its case, means for the rules: sent by a reaction. */
export class ReviewCase extends Command {
  /** The event, and its place in the log. */
  @IsUUID()
  event: string;

  @Matches(/^\d{1,16}$/)
  position: string;
}

/** The same because of a set that was activated when the adverse event was known already. */
export class ReviewCaseUnderRules extends ReviewCase {
  @Matches(code)
  ruleSet: string;

  @Matches(version)
  version: string;
}

/** Which adverse events had been reported when a set was activated: sent by a reaction. */
export class FindEarlierCases extends ReviewCaseUnderRules {}

/** How far the time of an obligation has run: sent by the watch. */
export class NoteObligationTime extends Command {
  @IsUUID()
  obligation: string;
}
