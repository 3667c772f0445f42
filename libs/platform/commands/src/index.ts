export * from './access';
export * from './command';
export * from './errors';
export { evolveUpTo } from './evolve-up-to';
export { FactReader } from './fact-reader';
export { Gate } from './gate';
export { KeyedQueue } from './keyed-queue';
export * from './query';
export * from './reaction';
export { ReactionEngine, type ReactionCheckpoints, type ReactionStatus } from './reaction-engine';
export { Runner, type RunnerOptions } from './runner';
export { StreamCache, evolveRecorded, type FoldedStream } from './stream-cache';
export {
  commandHandlers,
  commandRowOf,
  knownCommands,
  permissionOf,
  queryHandlers,
  queryRowOf,
} from './table';
