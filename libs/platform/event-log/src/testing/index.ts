export { eventLogContract, type OpenedLog } from './event-log-contract';
export * from './some-events';
export { temporaryFolder } from './temporary-folder';
