export { eventLogContract, type OpenedLog } from './event-log-contract';
export { logWithLittleRoom } from './little-room';
export * from './some-events';
export { temporaryFolder } from './temporary-folder';
