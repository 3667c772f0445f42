import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsIn,
  IsNumber,
  IsString,
  Length,
  ValidateNested,
} from 'class-validator';
import { commandRow, Command, type Addressed } from '@platform/commands';
import { IsOmittable, IsPartialDate, IsStreamIdText, IsUnit, IsZone, ReasonInput } from '@platform/http';
import type { Permission } from '@trial/access';
import * as site from './domain/site';

/** A site is taken into the trial. */
export class SelectSite extends Command implements site.SiteProfile {
  @IsString()
  @Length(1, 200)
  name: string;

  @IsOmittable()
  @IsString()
  @Length(1, 100)
  city?: string;

  /** ISO 3166-1 alpha-3. */
  @IsOmittable()
  @IsString()
  @Length(3, 3)
  country?: string;

  @IsZone()
  zone: string;
}

export class RecordEthicsApproval extends Command implements site.EthicsApproval {
  @IsString()
  @Length(1, 200)
  committee: string;

  @IsString()
  @Length(1, 100)
  reference: string;

  @IsPartialDate()
  approvedOn: string;

  @IsOmittable()
  @IsPartialDate()
  expiresOn?: string;
}

export class ChangeSiteStatus extends Command {
  @IsIn(['activated', 'enrollmentPaused', 'onHold', 'closed'])
  status: 'activated' | 'enrollmentPaused' | 'onHold' | 'closed';

  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;
}

export class DelegateStaff extends Command implements site.Delegation {
  @IsStreamIdText()
  user: string;

  @IsString()
  @Length(1, 50)
  role: string;

  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  duties: string[];

  @IsPartialDate()
  trainedOn: string;

  @IsPartialDate()
  delegatedOn: string;
}

export class RevokeDelegation extends Command {
  @IsStreamIdText()
  user: string;

  @IsString()
  @Length(1, 50)
  role: string;

  @IsPartialDate()
  revokedOn: string;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

export class SetReferenceRange extends Command implements site.ReferenceRange {
  @IsString()
  @Length(1, 100)
  laboratory: string;

  @IsString()
  @Length(1, 20)
  analyte: string;

  @IsUnit()
  unit: string;

  @IsOmittable()
  @IsNumber()
  low?: number;

  @IsOmittable()
  @IsNumber()
  high?: number;

  @IsOmittable()
  @IsIn(['female', 'male'])
  sex?: 'female' | 'male';

  @IsPartialDate()
  effectiveFrom: string;
}

export class ApproveConsentVersion extends Command implements site.ConsentVersion {
  @IsString()
  @Length(1, 20)
  version: string;

  @IsPartialDate()
  approvedOn: string;
}

export class RetireConsentVersion extends Command {
  @IsString()
  @Length(1, 20)
  version: string;

  @IsPartialDate()
  retiredOn: string;

  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;
}

const ofSite = {
  stream: ({ target }: Addressed<Command>) => site.siteStream(target.trial!, target.site!),
  decider: site.siteDecider,
};
const managing = { ...ofSite, permission: 'site.manage' satisfies Permission };
const delegating = { ...ofSite, permission: 'site.delegate' satisfies Permission };

export const siteCommands = [
  commandRow({ ...managing, command: SelectSite, decide: site.selectSite }),
  commandRow({ ...managing, command: RecordEthicsApproval, decide: site.recordEthicsApproval }),
  commandRow({ ...managing, command: ChangeSiteStatus, decide: site.changeSiteStatus }),
  commandRow({ ...delegating, command: DelegateStaff, decide: site.delegateStaff }),
  commandRow({ ...delegating, command: RevokeDelegation, decide: site.revokeDelegation }),
  commandRow({ ...managing, command: SetReferenceRange, decide: site.setReferenceRange }),
  commandRow({ ...managing, command: ApproveConsentVersion, decide: site.approveConsentVersion }),
  commandRow({ ...managing, command: RetireConsentVersion, decide: site.retireConsentVersion }),
];
