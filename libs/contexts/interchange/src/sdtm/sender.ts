import {
  CommandRejected,
  Gate,
  IdempotencyKeyReused,
  type Caller,
  type Command,
  type Target,
} from '@platform/commands';
import { InputInvalid, validationPipe } from '@platform/http';
import type { ListMapping, RowMapping, Step, Study } from './mappings/mapping';
import type { Tally } from './report';
import { RowRefused, type RowReader } from './values';

/** Commands under way at once: enough for the log to write them in groups. */
const inFlight = 48;
/** Rows of one participant that go in with one command. */
const batchSize = 250;

interface Batch {
  readonly mapping: ListMapping<object>;
  readonly target: Target;
  readonly rows: { readonly row: RowReader; readonly item: object }[];
}

/** Sends what rows become, many participants side by side, and counts what became of it. */
export class Sender {
  /** How often each command was accepted for a domain's rows, in this run or before: `DM EnrollParticipant`. */
  private readonly accepted = new Map<string, number>();
  private readonly running = new Set<Promise<void>>();
  private readonly tails = new Map<string, Promise<void>>();
  private readonly keys = new Set<string>();
  private batch: Batch | undefined;
  private failure: Error | undefined;
  private readonly check = validationPipe();

  constructor(
    private readonly gate: Gate,
    private readonly caller: Caller,
    private readonly tally: Tally,
  ) {}

  /** How many commands of these kinds were accepted, in this run or before. */
  count(...commands: readonly string[]): number {
    return commands.reduce((sum, command) => sum + (this.accepted.get(command) ?? 0), 0);
  }

  /** Sends one that everything else stands on. @throws whatever the gate throws */
  async require(command: Command, target: Target): Promise<void> {
    await this.submit({ command, target }, 'trial');
  }

  /** Maps a row and sends what follows from it, one after the other; other rows go on meanwhile. */
  async each(row: RowReader, map: () => ReturnType<RowMapping>): Promise<void> {
    const steps = this.mapped(row, () => {
      this.unique(row);
      return map();
    });
    if (!steps || steps.length === 0) return;
    await this.run(steps[0]?.target.participant ?? row.text('USUBJID') ?? '', async () => {
      try {
        for (const step of steps) await this.submit(step, row.domain);
      } catch (error) {
        this.refuse(row, error);
      }
    });
  }

  /** Gathers a row into the list that its participant's next command takes. */
  async gather(row: RowReader, mapping: ListMapping<object>, study: Study): Promise<void> {
    const mapped = this.mapped(row, () => {
      const item = mapping.item(row, study) as { readonly sourceRecord?: { readonly key: string } };
      this.unique(row, item.sourceRecord?.key);
      return { item, participant: study.participantOf(row.required('USUBJID')) };
    });
    if (!mapped) return;
    const { batch } = this;
    const full = batch && batch.rows.length >= batchSize;
    if (!batch || full || batch.mapping !== mapping || batch.target.participant !== mapped.participant) {
      await this.flush();
      this.batch = { mapping, target: { trial: study.trial, participant: mapped.participant }, rows: [] };
    }
    this.batch!.rows.push({ row, item: mapped.item });
  }

  /** Waits until everything has been answered. @throws what made the import impossible to go on with */
  async drain(): Promise<void> {
    await this.flush();
    await Promise.all(this.running);
    this.keys.clear();
    this.rethrow();
  }

  private async flush(): Promise<void> {
    const { batch } = this;
    this.batch = undefined;
    if (batch && batch.rows.length > 0)
      await this.run(batch.target.participant!, () => this.sendBatch(batch));
  }

  /** Sends a list; an item that is refused is taken out with its reason, and the others go in. */
  private async sendBatch({ mapping, target, rows }: Batch): Promise<void> {
    let left = rows;
    while (left.length > 0) {
      try {
        const command = mapping.command(left.map(({ item }) => item));
        await this.submit({ command, target }, left[0]!.row.domain);
        return;
      } catch (error) {
        const index = indexIn(mapping.list, error);
        const culprits = index === undefined ? left : [left[index]!];
        for (const { row } of culprits) this.refuse(row, error);
        left = left.filter(each => !culprits.includes(each));
      }
    }
  }

  private async submit({ command, target, commandId }: Step, domain: string): Promise<void> {
    const metatype = command.constructor as new () => object;
    // What a person may send is what a row may say: the same checks, and the same texts when one fails.
    const input = (await this.check.transform({ ...command }, { type: 'body', metatype })) as Command;
    const receipt = await this.gate.submit(input, {
      caller: this.caller,
      target,
      source: 'import',
      commandId,
    });
    if (!receipt.repeated) this.tally.eventsWritten += receipt.events.length;
    const name = `${domain} ${metatype.name}`;
    this.accepted.set(name, (this.accepted.get(name) ?? 0) + 1);
  }

  /** Runs a task behind those of the same participant, when there is room for one more. */
  private async run(participant: string, task: () => Promise<void>): Promise<void> {
    this.rethrow();
    while (this.running.size >= inFlight) await Promise.race(this.running);
    const before = this.tails.get(participant) ?? Promise.resolve();
    const mine = before.then(task).catch((error: unknown) => {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    });
    this.tails.set(participant, mine);
    this.running.add(mine);
    void mine.then(() => {
      this.running.delete(mine);
      if (this.tails.get(participant) === mine) this.tails.delete(participant);
    });
  }

  private mapped<Result>(row: RowReader, map: () => Result): Result | undefined {
    try {
      return map();
    } catch (error) {
      this.refuse(row, error);
      return undefined;
    }
  }

  /** @throws RowRefused for a key that an earlier row of the same file had */
  private unique(row: RowReader, key = row.source().key): void {
    if (this.keys.has(key))
      throw new RowRefused('IMPORT-DUPLICATE', `The key ${key} stands on an earlier line as well.`);
    this.keys.add(key);
  }

  /** @throws what is no fault of the row: a log that does not answer, a defect */
  private refuse({ row: { file, line } }: RowReader, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof RowRefused) this.tally.refuse({ file, line, rule: error.rule, reason });
    else if (error instanceof CommandRejected)
      this.tally.refuse({ file, line, rule: error.rejection.rule, reason });
    else if (error instanceof InputInvalid)
      this.tally.refuse({ file, line, rule: error.violations[0].rule, reason });
    else if (error instanceof IdempotencyKeyReused) {
      const changed = 'This row was imported before with another content. A changed value is a correction.';
      this.tally.refuse({ file, line, rule: 'IMPORT-KEY-CHANGED', reason: changed });
    } else throw error;
  }

  private rethrow(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

/** The index that a refusal of one item names: `results[3].unit`. */
function indexIn(list: string, error: unknown): number | undefined {
  const field =
    error instanceof CommandRejected
      ? error.rejection.field
      : error instanceof InputInvalid
        ? error.violations[0].field
        : undefined;
  const [, index] = new RegExp(`^${list}\\[(\\d+)\\]`).exec(field ?? '') ?? [];
  return index === undefined ? undefined : Number(index);
}
