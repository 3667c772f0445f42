import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayMinSize,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Command } from '@platform/commands';
import { IsOmittable, IsStreamIdText, IsText, IsZone } from '@platform/http';
import type { PointToAdd, QuietHours } from './domain/contact';
import {
  alertChannels,
  alertKinds,
  alertPriorities,
  type AlertChannel,
  type AlertKind,
  type AlertPriority,
} from './domain/kinds';
import { ladderRoles, type KindPolicy, type LadderRole, type LadderStep } from './domain/policy';

const wallClock = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Sent by a reaction: what an event may be an alert of. Decided on the facts as they stood at the event. */
export class ConsiderAlert extends Command {
  @IsStreamIdText()
  rule: string;

  @IsUUID()
  event: string;

  @IsStreamIdText()
  eventType: string;

  @Matches(/^\d{1,19}$/)
  position: string;

  @Allow()
  about: Record<string, string>;
}

/** Sent by the lag watch. */
export class RaiseLagAlert extends Command {
  @IsText(200)
  component: string;

  @Matches(/^-?\d{1,19}$/)
  position: string;
}

/** Sent when a step's time has come. */
export class EscalateAlert extends Command {
  @IsInt()
  @Min(0)
  step: number;

  /** Whom the alert's ladder has for this step. */
  @IsIn(ladderRoles, { each: true })
  roles: LadderRole[];

  /** Ids of accounts besides. */
  @IsStreamIdText({ each: true })
  users: string[];
}

/** Sent behind each attempt of a delivery. */
export class RecordAlertDelivery extends Command {
  @IsInt()
  @Min(0)
  step: number;

  @IsStreamIdText()
  recipient: string;

  @IsUUID()
  point: string;

  @IsInt()
  @Min(1)
  attempt: number;

  @IsOmittable()
  @IsText(60)
  failure?: string;

  @IsOmittable()
  @IsText(200)
  detail?: string;

  @IsOmittable()
  @IsText(200)
  reference?: string;

  @IsOmittable()
  @IsBoolean()
  retry?: boolean;

  @IsOmittable()
  @IsInt()
  @Min(0)
  retryAfterMs?: number;
}

abstract class WithComment extends Command {
  @IsOmittable()
  @IsText(2_000)
  comment?: string;
}

export class AcknowledgeAlert extends WithComment {}

/** An alert that nobody has acknowledged is closed with a comment that says why. */
export class CloseAlert extends WithComment {}

export class LadderStepInput implements LadderStep {
  @IsInt()
  @Min(0)
  @Max(7 * 24 * 60)
  afterMinutes: number;

  @ArrayMaxSize(ladderRoles.length)
  @IsIn(ladderRoles, { each: true })
  roles: LadderRole[];

  /** Ids of accounts besides. */
  @IsOmittable()
  @ArrayMaxSize(50)
  @IsStreamIdText({ each: true })
  users?: string[];
}

export class KindPolicyInput implements KindPolicy {
  @IsIn(alertKinds)
  kind: AlertKind;

  @IsIn(alertPriorities)
  priority: AlertPriority;

  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => LadderStepInput)
  ladder: LadderStepInput[];
}

/** Replaces the whole policy of the trial. Kinds that are not named go by the default. */
export class SetAlertPolicy extends Command {
  @ArrayMaxSize(alertKinds.length)
  @ValidateNested({ each: true })
  @Type(() => KindPolicyInput)
  kinds: KindPolicyInput[];

  /** Ids of the safety officers who are on call for the sponsor; all of them unless given. */
  @IsOmittable()
  @ArrayMaxSize(50)
  @IsStreamIdText({ each: true })
  onCall?: string[];
}

/** A webhook's secret is made by the server, and stands in the answer once. */
export class AddContactPoint extends Command implements PointToAdd {
  @IsIn(alertChannels)
  channel: AlertChannel;

  /** Of a webhook. It is part of the record, so it should hold no secret. */
  @IsOmittable()
  @IsString()
  @MaxLength(500)
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true })
  url?: string;

  /** Mailbox. */
  @IsOmittable()
  @IsString()
  @MaxLength(254)
  @IsEmail()
  to?: string;

  /** Only alerts of these kinds. */
  @IsOmittable()
  @ArrayMinSize(1)
  @ArrayMaxSize(alertKinds.length)
  @IsIn(alertKinds, { each: true })
  kinds?: AlertKind[];
}

export class RemoveContactPoint extends Command {
  @IsUUID()
  point: string;
}

/** They never hold back a serious adverse event, a SUSAR, a death or a product recall. */
export class SetQuietHours extends Command implements QuietHours {
  @Matches(wallClock)
  from: string;

  @Matches(wallClock)
  to: string;

  @IsZone()
  zone: string;
}

export class ClearQuietHours extends Command {}
