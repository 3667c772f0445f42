export { viewClaims } from './claims';
export { driftOf, fingerprintOf, type DriftReport, type RowDrift, type TableDrift } from './rebuild/drift';
export { AnotherLog } from './follow/another-log';
export type { ViewState } from './follow/view-follower';
export { ViewRefused } from './fold/loader';
export { asOf, holdsAt } from './history';
export { mostPartitions } from './follow/partitions';
export { reactionCheckpoints } from './reaction-checkpoints';
export {
  rebuildViews,
  type RebuildOptions,
  type RebuildProgress,
  type RebuildReport,
} from './rebuild/rebuild';
export { serveRebuildPart, type OpenedInThread } from './rebuild/serve-part';
export type { RebuildThread } from './rebuild/thread-part';
export { replayViews, type ReplayOptions } from './replay';
export { decodeRow, type DecodedRow, type StoredRow, type TablesOf, type Validity } from './sql/codec';
export { RebuildOvertaken, RebuildRunning } from './sql/lease';
export { openPostgresViews, ViewsUnfit, type PostgresViewsOptions } from './postgres/postgres-views';
export { readViewsUrl } from './postgres/address';
export { ViewsBusy, ViewsUnavailable } from './sql/writer';
export * from './view';
export {
  openViews,
  openViewsInMemory,
  ViewDatabase,
  ViewsDamaged,
  type AnyTables,
  type ViewReader,
  type ViewSnapshot,
} from './view-database';
export { ViewEngine, type ViewEngineOptions, type ViewStatus } from './view-engine';
