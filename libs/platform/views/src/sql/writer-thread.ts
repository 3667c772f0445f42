import { parentPort, workerData } from 'node:worker_threads';
import { openToWrite } from './sqlite-file';
import { SqliteWriter } from './sqlite-writer';
import type { PhysicalTable } from './physical-table';
import { RowCodec } from './codec';
import type { Answer, Call, Request } from './threaded-writer';

/*
 * The other end of `ThreadedWriter`: one connection that writes, and answers calls in the order in which
 * they come.
 */

const writer = new SqliteWriter(openToWrite((workerData as { readonly file: string }).file));
const tables = new Map<string, PhysicalTable>();
let open: { readonly end: (error?: Error) => void; readonly ended: Promise<void> } | undefined;

/** A transaction that stays open until the other side ends it. */
function begin(): Promise<void> {
  return new Promise((begun, failed) => {
    const ended = writer.transaction(
      () =>
        new Promise<void>((commit, rollback) => {
          open = { end: error => (error ? rollback(error) : commit()), ended };
          begun();
        }),
    );
    ended.catch(failed);
  });
}

async function end(error?: Error): Promise<void> {
  const transaction = open;
  open = undefined;
  transaction?.end(error);
  await transaction?.ended;
}

/** A codec does not cross between threads; one for each table is enough. */
function tableOf({ name, table }: Pick<PhysicalTable, 'name' | 'table'>): PhysicalTable {
  const known = tables.get(name) ?? { name, table, codec: new RowCodec(table) };
  tables.set(name, known);
  return known;
}

async function answer(call: Call): Promise<unknown> {
  switch (call.do) {
    case 'begin':
      return begin();
    case 'commit':
      return end();
    case 'rollback':
      return end(new Error('rolled back')).catch(() => undefined);
    case 'query':
      return writer.connection.executeQuery(call);
    case 'write':
      return writer.rows.write({ ...call.changes, table: tableOf(call.changes.table) });
    case 'analyze':
      return writer.analyze(call.names.map(name => ({ name })));
    case 'close':
      return writer.close();
  }
}

const reply = (message: Answer): void => parentPort?.postMessage(message, []);

parentPort?.on('message', ({ id, call }: Request) => {
  answer(call).then(
    result => reply({ id, result }),
    (error: { readonly message?: string; readonly code?: string }) =>
      reply({ id, error: { message: String(error.message), code: error.code } }),
  );
});
