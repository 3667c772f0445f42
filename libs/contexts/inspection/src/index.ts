export { readSiteBoard, readTrialBoard } from './board.reader';
export { readCasebook } from './casebook.reader';
export type { ScreeningLine, SiteBoard, SiteOnBoard, TrialBoard } from './domain/board';
export type { Casebook, CasebookAdverseEvent, CasebookEntry } from './domain/casebook';
export type { CorrectionMade } from './domain/corrections';
export type { Figures } from './domain/figures';
export { derivedKinds, type DerivedKind, type Flag } from './domain/flags';
export { InspectionModule } from './inspection.module';
export { ReadCasebook, ReadSiteBoard, ReadTrialBoard } from './inspection.queries';
