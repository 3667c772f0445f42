import type { SeverityLevel } from './severity';

/** What rows are made of, from the outside in: `['soc', 'term']` gives each class and below it its terms. */
export const groupings = ['soc', 'term', 'severity'] as const;
export type Grouping = (typeof groupings)[number];

export interface TableOptions {
  readonly by: readonly Grouping[];
  /** `safety`: who received at least one dose; `randomised`: who was enrolled. */
  readonly population: 'safety' | 'randomised';
  /** Columns by the arm that was followed or the one that was planned. */
  readonly arm: 'actual' | 'planned';
  /** Whether treatment emergence follows from dates or is the source's own flag. */
  readonly emergence: 'derived' | 'source';
  /** Which events count: those that are treatment-emergent, those that are not, or all. */
  readonly emergent: 'true' | 'false' | 'any';
  readonly serious?: boolean;
  readonly related?: boolean;
}

export interface Column {
  /** Code of an arm, null where none is on record; the last column is the total and has none. */
  readonly arm: string | null;
  readonly total: boolean;
  /** The denominator: participants of the population. */
  readonly participants: number;
}

/** Participants count once in each cell, however many events they have. */
export interface Cell {
  readonly participants: number;
  /** Of the column's participants, in percent with one decimal; null where the column has none. */
  readonly percent: number | null;
  readonly events: number;
}

/** In the order of the columns. */
export type Cells = readonly Cell[];

export interface OverviewRow {
  readonly row: OverviewName;
  /** With `severity`: participants at their maximum, events at their own level. */
  readonly severity?: SeverityLevel;
  readonly cells: Cells;
}

export interface TermRow {
  /** Null where the term was not coded. Absent where rows are not made by classes. */
  readonly soc?: string | null;
  readonly term?: string;
  /** Whether the term is one of a dictionary; else it is the reporter's own. */
  readonly coded?: boolean;
  readonly severity?: SeverityLevel;
  readonly cells: Cells;
}

export interface SafetyTable {
  readonly columns: readonly Column[];
  readonly overview: readonly OverviewRow[];
  readonly rows: readonly TermRow[];
  /** What stands in the record and not in the table, in events. */
  readonly left: {
    readonly voided: number;
    /** Of participants who are not in the population. */
    readonly outsidePopulation: number;
    /** Sorted out by `emergent`, `serious` or `related`. */
    readonly filtered: number;
  };
  /** Counted events on which the dates and the source's own flag differ. */
  readonly emergenceDiffers: number;
  /** Counted events whose word and criteria of seriousness contradict each other; they count by the word. */
  readonly seriousnessContradicts: number;
}

export const overviewNames = ['any', 'serious', 'related', 'seriousRelated', 'withdrawn', 'fatal'] as const;
export type OverviewName = (typeof overviewNames)[number] | 'severity';
