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
  SelectSite,
  SetReferenceRange,
} from './sites.commands';
export { SitesModule } from './sites.module';
export { siteList } from './views/site-list';
