export {
  accepted,
  at03,
  consented,
  departuresOf,
  fold,
  importing,
  investigator,
  prescreened,
} from './people';
export { changed, eventsOf, passing, type Screening } from './screening';
export { factsAt03, siteEvents, trialEvents } from './trial';
