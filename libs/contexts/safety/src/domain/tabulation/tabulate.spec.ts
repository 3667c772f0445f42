import type { TabulatedEvent, TabulatedParticipant } from './rows';
import type { TableOptions, TermRow } from './table';
import { tabulate } from './tabulate';

const zone = 'Asia/Shanghai';
const person = (participant: string, arm: string | null, over: Partial<TabulatedParticipant> = {}) => ({
  ...{ participant, site: participant.slice(0, 2), plannedArm: arm, actualArm: arm, randomised: true },
  firstDose: { at: '2024-03-01', zone },
  ...over,
});
const people = [
  person('01-001', 'A'),
  person('01-002', 'A'),
  person('01-003', 'A', { actualArm: 'B' }),
  person('02-001', 'B'),
  { ...person('02-002', 'B'), firstDose: undefined },
];

let count = 0;
const happened = (participant: string, term: string, over: Partial<TabulatedEvent> = {}): TabulatedEvent => ({
  ...{ adverseEvent: `ae-${count++}`, participant, term, preferredTerm: term, soc: 'GENERAL' },
  ...{ onset: '2024-03-02', end: null, zone, grade: null, severity: null, serious: false, related: false },
  ...{ fatal: false, withdrawn: false, sourceEmergent: null, voided: false, flags: [] },
  ...over,
});

const standard: TableOptions = {
  ...{ by: ['soc', 'term'], population: 'safety', arm: 'actual', emergence: 'derived', emergent: 'true' },
};
const table = (events: readonly TabulatedEvent[], over: Partial<TableOptions> = {}) =>
  tabulate(people, events, { ...standard, ...over });
/** `participants/events` of each column. */
const figures = ({ cells }: Pick<TermRow, 'cells'>) =>
  cells.map(({ participants, events }) => `${participants}/${events}`).join(' ');
const rowsOf = (events: readonly TabulatedEvent[], over: Partial<TableOptions> = {}) =>
  table(events, over).rows.map(
    ({ soc, term, severity, ...row }) =>
      `${[soc, term, severity].filter(each => each !== undefined).join(' > ')}: ${figures(row)}`,
  );

describe('the table', () => {
  it('has a column for each arm and the total, over who received a dose or who was enrolled', () => {
    const columns = (over: Partial<TableOptions>) =>
      table([], over).columns.map(({ arm, participants }) => `${arm} ${participants}`);
    expect(columns({})).toEqual(['A 2', 'B 2', 'null 4']);
    expect(columns({ arm: 'planned' })).toEqual(['A 3', 'B 1', 'null 4']);
    expect(columns({ population: 'randomised' })).toEqual(['A 2', 'B 3', 'null 5']);
  });

  it('counts a participant once in each row, however many events there are', () => {
    const events = [
      happened('01-001', 'Fever'),
      happened('01-001', 'Fever'),
      happened('01-001', 'Rash', { soc: 'SKIN' }),
      happened('02-001', 'Fever'),
    ];
    expect(rowsOf(events)).toEqual([
      'GENERAL: 1/2 1/1 2/3',
      'GENERAL > Fever: 1/2 1/1 2/3',
      'SKIN: 1/1 0/0 1/1',
      'SKIN > Rash: 1/1 0/0 1/1',
    ]);
    expect(table(events).overview[0]).toEqual({
      row: 'any',
      cells: [
        { participants: 1, percent: 50, events: 3 },
        { participants: 1, percent: 50, events: 1 },
        { participants: 2, percent: 50, events: 4 },
      ],
    });
  });

  it('sorts by participants, then events, then name, and has what was not coded last', () => {
    const events = [
      happened('01-001', 'b', { soc: null, preferredTerm: null }),
      happened('01-001', 'b', { soc: 'X' }),
      happened('01-001', 'a', { soc: 'X' }),
      happened('01-001', 'c', { soc: 'X' }),
      happened('01-001', 'c', { soc: 'X' }),
      happened('02-001', 'd', { soc: 'W' }),
    ];
    expect(rowsOf(events, { by: ['soc'] }).map(row => row[0])).toEqual(['X', 'W', ':']);
    expect(table(events, { by: ['term'] }).rows.map(({ term, coded }) => `${term} ${coded}`)).toEqual([
      ...['c true', 'a true', 'b false', 'b true', 'd true'],
    ]);
  });

  it('counts participants at their maximum severity, grades and words apart', () => {
    const events = [
      happened('01-001', 'Fever', { grade: 2 }),
      happened('01-001', 'Fever', { grade: 4 }),
      happened('01-002', 'Fever', { grade: 2 }),
      happened('01-002', 'Fever', { severity: 'MILD' }),
      happened('02-001', 'Fever', { severity: 'SEVERE' }),
      happened('02-001', 'Fever'),
      happened('01-003', 'Fever'),
    ];
    const severities = (rows: readonly string[]) => rows.map(row => row.replace(/^.*> /, ''));
    const expected = [
      '4: 1/1 0/0 1/1',
      '2: 1/2 0/0 1/2',
      'SEVERE: 0/0 1/1 1/1',
      'MILD: 1/1 0/0 1/1',
      'notAssessed: 0/0 1/2 1/2',
    ];
    expect(severities(rowsOf(events, { by: ['term', 'severity'] })).slice(1)).toEqual(expected);
    const overview = table(events).overview.filter(({ row }) => row === 'severity');
    expect(overview.map(row => `${row.severity}: ${figures(row)}`)).toEqual(expected);
  });

  it('has the rows of an overview', () => {
    const events = [
      happened('01-001', 'Fever', { serious: true, related: true }),
      happened('01-002', 'Fever', { serious: true }),
      happened('01-002', 'Rash', { withdrawn: true, related: true }),
      happened('02-001', 'Arrest', { fatal: true, serious: null }),
    ];
    const { overview } = table(events);
    expect(overview.slice(0, -1).map(row => `${row.row} ${figures(row)}`)).toEqual([
      ...['any 2/3 1/1 3/4', 'serious 2/2 0/0 2/2', 'related 2/2 0/0 2/2', 'seriousRelated 1/1 0/0 1/1'],
      ...['withdrawn 1/1 0/0 1/1', 'fatal 0/0 1/1 1/1'],
    ]);
  });

  it('says what it leaves out', () => {
    const events = [
      happened('01-001', 'Fever', { voided: true }),
      happened('02-002', 'Fever'),
      happened('01-001', 'Fever', { onset: '2024-02-29' }),
      happened('01-001', 'Fever', { serious: true, flags: ['SERIOUSNESS-CONTRADICTION'] }),
      happened('01-001', 'Fever', { sourceEmergent: 'N' }),
    ];
    expect(table(events)).toMatchObject({
      left: { voided: 1, outsidePopulation: 1, filtered: 1 },
      ...{ emergenceDiffers: 1, seriousnessContradicts: 1 },
    });
    const numbers = (over: Partial<TableOptions>) => figures(table(events, over).overview[0]!);
    expect(numbers({})).toBe('1/2 0/0 1/2');
    expect(numbers({ emergent: 'false' })).toBe('1/1 0/0 1/1');
    expect(numbers({ emergent: 'any' })).toBe('1/3 0/0 1/3');
    expect(numbers({ emergence: 'source' })).toBe('1/1 0/0 1/1');
    expect(numbers({ serious: true })).toBe('1/1 0/0 1/1');
    expect(numbers({ population: 'randomised', emergent: 'any' })).toBe('1/3 1/1 2/4');
  });

  it('has no percentage where nobody is in the population', () => {
    expect(tabulate([], [], standard).overview[0]!.cells).toEqual([
      { participants: 0, percent: null, events: 0 },
    ]);
  });
});
