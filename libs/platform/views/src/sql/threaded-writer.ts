import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Key } from '../view';
import type { PhysicalTable } from './physical-table';
import { kyselyOf, SqliteConnection, type IdleConnection } from './sqlite-connection';
import { openToRead } from './sqlite-file';
import { SqliteRows } from './sqlite-rows';
import { sqliteDialect } from './sqlite-writer';
import { Turns } from './turns';
import type { Found, MetaTables, RowAccess, TableChanges, ViewTransaction, ViewWriter } from './writer';

type SentTable = Pick<PhysicalTable, 'name' | 'table'>;

type SentChanges = Omit<TableChanges, 'table'> & { readonly table: SentTable };

export type Call =
  | { readonly do: 'begin' | 'commit' | 'rollback' | 'close' }
  | { readonly do: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly do: 'write'; readonly changes: SentChanges }
  | { readonly do: 'analyze'; readonly names: readonly string[] };

export interface Request {
  readonly id: number;
  readonly call: Call;
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly code?: string };
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Rows that are sent at once: each is in memory twice while it is on its way. */
const rowsInPart = 500;

/**
 * Writes in a thread of its own, so that a rebuild folds the next events while the rows of the last ones go
 * to the file. Rows are looked up here, over a connection that reads: what was committed is found, and
 * nothing else.
 */
export class ThreadedWriter implements ViewWriter {
  readonly dialect = sqliteDialect;
  readonly db: Kysely<MetaTables>;
  readonly rows: RowAccess;
  private readonly turns = new Turns();
  private readonly worker: Worker;
  private readonly reader;
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;
  /** Why nothing is answered any more. */
  private gone: Error | undefined;

  constructor(file: string) {
    this.worker = new Worker(join(__dirname, `writer-thread${extname(__filename)}`), {
      workerData: { file },
      // What it is sent lives as long as one statement: a small nursery is enough, and the memory is bounded.
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
    this.worker.on('message', (answer: Answer) => this.receive(answer));
    this.worker.on('error', error => this.failAll(error));
    this.worker.on('exit', () => this.failAll(new Error('The thread that writes the views has ended.')));
    this.reader = openToRead(file);
    const reading = new SqliteRows(
      this.reader,
      kyselyOf<unknown>(new SqliteConnection(this.reader, undefined, async () => undefined)),
    );
    this.db = kyselyOf<MetaTables>(this.connection());
    this.rows = {
      find: (table: PhysicalTable, keys: readonly Key[]): Found => reading.find(table, keys),
      write: async changes => {
        for (const part of inParts(changes)) await this.call({ do: 'write', changes: part });
      },
    };
  }

  transaction<Result>(work: (within: ViewTransaction) => Promise<Result>): Promise<Result> {
    return this.turns.take(async () => {
      await this.call({ do: 'begin' });
      try {
        const result = await work(this);
        await this.call({ do: 'commit' });
        return result;
      } catch (error) {
        await this.call({ do: 'rollback' }).catch(() => undefined);
        throw error;
      }
    });
  }

  async analyze(tables: readonly Pick<PhysicalTable, 'name'>[]): Promise<void> {
    await this.call({ do: 'analyze', names: tables.map(({ name }) => name) });
  }

  async close(): Promise<void> {
    this.reader.close();
    await this.call({ do: 'close' }).catch(() => undefined);
    await this.worker.terminate();
  }

  private connection(): IdleConnection {
    const call = this.call.bind(this);
    return {
      idle: async () => undefined,
      executeQuery: async <Row>({ sql, parameters }: CompiledQuery) =>
        (await call({ do: 'query', sql, parameters })) as QueryResult<Row>,
      streamQuery: () => {
        throw new Error('What is written is not streamed.');
      },
    };
  }

  private call(call: Call): Promise<unknown> {
    if (this.gone) return Promise.reject(this.gone);
    const id = this.calls++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, call } satisfies Request, []);
    });
  }

  private receive({ id, result, error }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) waiting?.reject(Object.assign(new Error(error.message), { code: error.code }));
    else waiting?.resolve(result);
  }

  private failAll(error: Error): void {
    this.gone ??= error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

const changeKinds = ['removals', 'upserts', 'endings', 'versions'] as const;

/** The same changes in the same order, a few at a time. */
function* inParts(changes: TableChanges): Generator<SentChanges> {
  const { name, table } = changes.table;
  const nothing = { table: { name, table }, removals: [], upserts: [], endings: [], versions: [] };
  for (const kind of changeKinds) {
    const rows = changes[kind];
    for (let from = 0; from < rows.length; from += rowsInPart) {
      yield { ...nothing, [kind]: rows.slice(from, from + rowsInPart) };
    }
  }
}
