export * from './port';
export { UnreadableEvent } from './event-text';
export { MemoryEventLog } from './memory-event-log';
export { NewerEventLog } from './open-database';
export { SqliteEventLog, type SqliteEventLogOptions } from './sqlite-event-log';
export {
  verifyLog,
  type LogProblem,
  type LogRule,
  type LogVerification,
  type VerifyOptions,
} from './verify-log';
