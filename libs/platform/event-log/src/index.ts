export * from './port';
export { MemoryEventLog } from './memory-event-log';
export { SqliteEventLog } from './sqlite-event-log';
