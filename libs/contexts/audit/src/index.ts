import type { View } from '@platform/views';
import { auditTrail } from './views/audit-trail';
import { entryReview } from './views/entry-review';

export { AuditModule } from './audit.module';
export { ExportAuditTrail, ReadAuditTrail, ReadDataPoint } from './audit.queries';
export type { DataPointHistory, DataPointValue } from './data-point';
export { isVisible, trailEntry, type TrailEntry } from './domain/trail-entry';
export { trailLines, type Corrects, type TrailLine } from './domain/trail-lines';
export { exportFormats, exportTrail, type ExportFormat, type TrailExport } from './export/export';
export { CountEditorsOfSigned, ListEditsAfterSignature } from './review/signed-edits.queries';
export { ListEntryLags, ListReviewFindings } from './review/review.queries';
export { readTrail, trailSorts, type TrailPage, type TrailSort } from './trail-page';
export type { TrailQuestion } from './trail-question';

export const auditViews: readonly View[] = [auditTrail, entryReview];
