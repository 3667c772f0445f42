export { busyTrial } from './busy-trial';
export { numbersFrom, positionOfEntry, someTrail, type SomeEntry } from './some-trail';
