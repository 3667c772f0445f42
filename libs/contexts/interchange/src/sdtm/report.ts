/** A row that did not go in. */
export interface RefusedRow {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly reason: string;
}

/** Something that the source says and that does not agree with itself; it went in as it stands. */
export interface Flag {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly detail: string;
}

/** What an import did. Counts are of the ledger's contents as this source accounts for them, not of this run alone. */
export interface ImportReport {
  readonly trial: string;
  readonly participants: number;
  readonly enrolled: number;
  readonly screenFailures: number;
  readonly adverseEvents: number;
  readonly administrations: number;
  readonly dispositions: number;
  readonly rowsRead: number;
  readonly rowsRefused: number;
  readonly eventsWritten: number;
  readonly rows: Readonly<Record<string, number>>;
  /** The first thousand of each; their numbers are whole. */
  readonly refused: readonly RefusedRow[];
  readonly flagged: number;
  readonly flags: readonly Flag[];
  /** Parts of the source that have no place in the ledger, and why. */
  readonly notMapped: readonly string[];
}

/** How many refusals and flags are kept with their text: enough to work on, and bounded. */
const kept = 1_000;

/** Counts while the rows go by. */
export class Tally {
  readonly rows: Record<string, number> = {};
  readonly refused: RefusedRow[] = [];
  readonly flags: Flag[] = [];
  rowsRefused = 0;
  flagged = 0;
  eventsWritten = 0;

  get rowsRead(): number {
    return Object.values(this.rows).reduce((sum, count) => sum + count, 0);
  }

  read(domain: string): void {
    this.rows[domain] = (this.rows[domain] ?? 0) + 1;
  }

  refuse(row: RefusedRow): void {
    this.rowsRefused++;
    if (this.refused.length < kept) this.refused.push(row);
  }

  flag(flag: Flag): void {
    this.flagged++;
    if (this.flags.length < kept) this.flags.push(flag);
  }
}
