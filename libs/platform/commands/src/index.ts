export * from './access';
export * from './command';
export * from './errors';
export { evolveRecorded } from './evolve-recorded';
export { evolveUpTo } from './evolve-up-to';
export { FactReader, type FactViews } from './fact-reader';
export { factViews, ReplayedFactViews } from './fact-views';
export { Gate } from './gate';
export { KeyedQueue } from './turns/keyed-queue';
export * from './query';
export * from './reaction';
export { ReactionEngine, type ReactionCheckpoints, type ReactionStatus } from './reaction-engine';
export { Runner, type RunnerOptions } from './runner';
export {
  SIGNATURE_CHECK,
  type SignatureCheck,
  type SignatureComponents,
  type SignatureRule,
  type SigningAttempt,
} from './signing/signing';
export { UrgentWork } from './turns/urgent-work';
export { StreamCache, type FoldedStream } from './stream-cache';
export {
  commandHandlers,
  commandRowOf,
  knownCommands,
  permissionOf,
  queryHandlers,
  queryRowOf,
  signatureOf,
} from './table';
