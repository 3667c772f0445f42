import type { Command, Target } from '@platform/commands';
import type { RowReader } from '../values';

/** One command that follows from a row. */
export interface Step {
  readonly command: Command;
  readonly target: Target;
  /** For a command that opens a stream of its own: derived from the source, so that a second import finds it again. */
  readonly commandId?: string;
}

/** What a mapping may know beside its row. */
export interface Study {
  readonly trial: string;
  /** IANA zone of the source's wall clocks. */
  readonly zone: string;
  /** The participant of a subject. @throws RowRefused for one that DM does not have */
  participantOf(subject: string): string;
  /** What the supplemental qualifiers (SUPP--) say of a record, by QNAM. */
  supplemental(domain: string, row: RowReader): Readonly<Record<string, string>>;
  /** Tells of something that goes in as it stands although it does not agree with itself. */
  flag(row: RowReader, rule: string, detail: string): void;
}

/** Rows that each become commands of their own. @throws RowRefused */
export type RowMapping = (row: RowReader, study: Study) => readonly Step[];

/** Rows of a participant that go in together: each becomes an item of one command's list. */
export interface ListMapping<Item> {
  /** The command's name for its list, as refusals name it: `results[3]`. */
  readonly list: string;
  item(row: RowReader, study: Study): Item;
  command(items: readonly Item[]): Command;
}
