export { counted, frozen, recorded, RecordedLog, type Given } from './recorded-log';
export { viewContract } from './view-contract';
export { sums, totals, trail } from './toy-views';
export { openTestViews, postgresAt, runOn, sqlite, viewsAfter, viewStore, type ViewStore } from './stores';
