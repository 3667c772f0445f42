export { MemoryClaims } from './memory-claims';
export { Ownership, type OwnershipOptions, type OwnershipStatus } from './ownership';
export * from './port';
export { elapsedMs, holderName, isGone, processSpace } from './this-process';
