export { participant, SignedHistory, subjectOf, trial } from './signed-history';
