import { filled } from '@platform/commands';
import {
  RecordLaboratoryResults,
  RecordMeasurements,
  RecordVisits,
  type LaboratoryResultInput,
  type MeasurementInput,
  type VisitInput,
} from '@trial/participants';
import { RowRefused, type RowReader } from '../values';
import type { ListMapping } from './mapping';

/** LB: a result as the laboratory reported it (LBORRES in LBORRESU), with the limits of normal that came with it. */
export const laboratoryResults: ListMapping<LaboratoryResultInput> = {
  list: 'results',
  item: (row, study) => {
    study.participantOf(row.required('USUBJID'));
    const analyte = row.required('LBTESTCD');
    return defined({
      analyte,
      name: row.text('LBTEST'),
      ...resultOf(row, 'LB'),
      collectedAt: row.date('LBDTC'),
      laboratory: row.text('LBNAM'),
      specimen: row.text('LBSPEC'),
      method: row.text('LBMETHOD'),
      visit: row.text('VISIT'),
      reported: reportedRange(row),
      sourceRecord: row.source(),
    });
  },
  command: results => filled(RecordLaboratoryResults, { results: [...results] }),
};

/** VS: a vital sign as it was read (VSORRES in VSORRESU). */
export const vitalSigns: ListMapping<MeasurementInput> = {
  list: 'measurements',
  item: (row, study) => {
    study.participantOf(row.required('USUBJID'));
    return defined({
      code: row.required('VSTESTCD'),
      name: row.text('VSTEST'),
      ...resultOf(row, 'VS'),
      takenAt: row.date('VSDTC'),
      position: row.text('VSPOS'),
      timePoint: row.text('VSTPT'),
      visit: row.text('VISIT'),
      sourceRecord: row.source(),
    });
  },
  command: measurements => filled(RecordMeasurements, { measurements: [...measurements] }),
};

/** SV: a visit as it took place. */
export const visits: ListMapping<VisitInput> = {
  list: 'visits',
  item: (row, study) => {
    const subject = row.required('USUBJID');
    study.participantOf(subject);
    const visit = row.required('VISITNUM');
    return defined({
      visit,
      name: row.text('VISIT'),
      startedAt: row.date('SVSTDTC'),
      endedAt: row.date('SVENDTC'),
      // SV has no sequence number; a visit's number and start are its key (SDTMIG 3.4, 6.2).
      sourceRecord: { file: 'SV', key: [subject, visit, row.text('SVSTDTC') ?? ''].join('/') },
    });
  },
  command: list => filled(RecordVisits, { visits: [...list] }),
};

type Result = Pick<LaboratoryResultInput, 'quantity' | 'bound' | 'finding' | 'text' | 'notDone'>;

/** A number with its unit, a bound such as `<0.2`, or the text as it stands. */
function resultOf(row: RowReader, domain: 'LB' | 'VS'): Result {
  const [result, unit, status] = [`${domain}ORRES`, `${domain}ORRESU`, `${domain}STAT`];
  const text = row.text(result);
  if (row.text(status) === 'NOT DONE') return { notDone: true };
  if (text === undefined)
    throw new RowRefused('IMPORT-MISSING', `${result} is missing, and ${status} does not say why.`);
  const [, sign, number] = /^([<>]=?)?\s*(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (number === undefined) return { text };
  const quantity = { value: Number(number), unit: row.unit(unit) };
  if (sign === undefined) return { quantity };
  return { quantity, bound: sign.startsWith('<') ? 'below' : 'above' };
}

function reportedRange(row: RowReader): LaboratoryResultInput['reported'] {
  const range = defined({
    low: row.number('LBORNRLO'),
    high: row.number('LBORNRHI'),
    indicator: row.text('LBNRIND'),
  });
  return Object.keys(range).length > 0 ? range : undefined;
}

/** Without the members that are undefined: what a source does not say is not there. */
export const defined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;
