export * from './access';
export * from './command';
export * from './errors';
export { evolveRecorded } from './running/evolve-recorded';
export { evolveUpTo } from './running/evolve-up-to';
export { FactReader, type FactViews } from './facts/fact-reader';
export { factViews, ReplayedFactViews } from './facts/fact-views';
export { Gate } from './gate';
export { KeyedQueue } from './turns/keyed-queue';
export * from './query';
export * from './reactions/reaction';
export { ReactionEngine, type ReactionCheckpoints, type ReactionStatus } from './reactions/reaction-engine';
export { Runner, type RunnerOptions } from './running/runner';
export {
  SIGNATURE_CHECK,
  type SignatureCheck,
  type SignatureComponents,
  type SignatureRule,
  type SigningAttempt,
} from './signing/signing';
export { UrgentWork } from './turns/urgent-work';
export { StreamCache, type FoldedStream } from './running/stream-cache';
export {
  commandHandlers,
  commandRowOf,
  knownCommands,
  permissionOf,
  queryHandlers,
  queryRowOf,
  signatureOf,
} from './table';
