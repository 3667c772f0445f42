import type { View } from '@platform/views';
import { siteList } from './views/site-list';

export { consentVersionApprovedOn, ethicsApprovalOn, referenceRangeOn } from './domain/in-force';
export {
  siteDecider,
  siteStream,
  type ReferenceRange,
  type SiteEvent,
  type SiteState,
  type SiteStatus,
} from './domain/site';
export {
  ApproveConsentVersion,
  ChangeSiteStatus,
  DelegateStaff,
  RecordEthicsApproval,
  RetireConsentVersion,
  RevokeDelegation,
  SelectSite,
  SetReferenceRange,
} from './sites.commands';
export { SitesModule } from './sites.module';
export const sitesViews: readonly View[] = [siteList];
