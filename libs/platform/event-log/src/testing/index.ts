export * from './some-events';
export * from './temporary-folder';
