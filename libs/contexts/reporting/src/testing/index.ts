export { activeFrom, SmallCase, trial, site, participant, type SmallTrial } from './small-case';
export * as ae from './adverse-events';
