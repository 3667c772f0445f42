import { stringify } from 'csv-stringify/sync';
import type { Cell, Column, SafetyTable } from '../domain/tabulation/table';

/**
 * The table as CSV (RFC 4180): three cells for each arm and the total. The first line under the header has the
 * denominators. Terms are what people typed: a cell that a spreadsheet would take for a formula gets an apostrophe.
 */
export function csvOf({ columns, overview, rows }: SafetyTable): string {
  const lines = [
    ['section', 'row', 'soc', 'term', 'coded', 'severity', ...columns.flatMap(headersOf)],
    ['population', '', '', '', '', '', ...columns.flatMap(({ participants }) => [participants, null, null])],
    ...overview.map(({ row, severity, cells }) => [
      ...['overview', row, '', '', '', severity],
      ...cells.flatMap(figuresOf),
    ]),
    ...rows.map(({ soc, term, coded, severity, cells }) => [
      ...['rows', '', soc, term, coded, severity],
      ...cells.flatMap(figuresOf),
    ]),
  ];
  return stringify(lines, {
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { boolean: String, number: String },
  });
}

const headersOf = ({ arm, total }: Column): string[] =>
  ['participants', 'percent', 'events'].map(figure => `${total ? 'total' : (arm ?? 'no arm')} ${figure}`);

const figuresOf = ({ participants, percent, events }: Cell) => [participants, percent, events];
