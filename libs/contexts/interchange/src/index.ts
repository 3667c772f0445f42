export { importSdtm, ImportRefused, type ImportOptions } from './sdtm/import';
export type { Flag, ImportReport, RefusedRow } from './sdtm/report';
