export * from './port';
export { UnreadableEvent } from './sqlite/event-text';
export { MemoryEventLog } from './memory-event-log';
export { migrateLog, TargetDiffers, type Migration, type MigrationProgress } from './migrate-log';
export { NewerEventLog } from './sqlite/open-database';
export { SqliteEventLog, type SqliteEventLogOptions } from './sqlite/sqlite-event-log';
export {
  verifyLog,
  type LogProblem,
  type LogRule,
  type LogVerification,
  type VerifyOptions,
} from './verify-log';
export { readEventStoreUrl, type EventStoreAddress } from './eventstoredb/address';
export { EventStoreEventLog, type EventStoreOptions } from './eventstoredb/eventstore-event-log';
export { EventStoreUnfit } from './eventstoredb/start-checks';
export { provisionEventStore, type ProvisionReport } from './eventstoredb/provision';
