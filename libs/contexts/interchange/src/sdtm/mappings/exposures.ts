import { filled } from '@platform/commands';
import { RecordAdministration } from '@trial/treatment';
import { defined } from './findings';
import type { RowMapping } from './mapping';

/** EX: an exposure as the source tells it; one without an end date stays without. */
export const exposures: RowMapping = (row, study) => {
  const participant = study.participantOf(row.required('USUBJID'));
  const dose = row.number('EXDOSE');
  const [start, end] = [row.date('EXSTDTC'), row.date('EXENDTC')];
  if (end === undefined)
    study.flag(row, 'IMPORT-NO-END', 'EXENDTC is missing; it is not known when this exposure ended.');
  else if (start !== undefined && end < start)
    study.flag(row, 'IMPORT-END-BEFORE-START', `Ends ${end}, starts ${start}.`);
  const administration = defined({
    treatment: row.required('EXTRT'),
    dose,
    unit: dose === undefined ? undefined : row.unit('EXDOSU'),
    form: row.text('EXDOSFRM'),
    route: row.text('EXROUTE'),
    frequency: row.text('EXDOSFRQ'),
    start,
    end,
    visit: row.text('VISIT'),
    sourceRecord: row.source(),
  });
  return [
    { command: filled(RecordAdministration, administration), target: { trial: study.trial, participant } },
  ];
};
