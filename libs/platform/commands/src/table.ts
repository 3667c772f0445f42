import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Inject, type Provider } from '@nestjs/common';
import type { AnyCommandRow, Command, Receipt } from './command';
import { contextOf, type AnyQueryRow, type Query } from './query';
import { Runner } from './running/runner';

const commandRows = new Map<unknown, AnyCommandRow>();
const queryRows = new Map<unknown, AnyQueryRow>();

/** Makes the handler of each row of a context's command table, and makes the rows known to the gate. */
export function commandHandlers(rows: readonly AnyCommandRow[]): Provider[] {
  return rows.map(row => {
    commandRows.set(row.command, row);
    class RowHandler implements ICommandHandler<Command> {
      constructor(@Inject(Runner) private readonly runner: Runner) {}

      execute(command: Command): Promise<Receipt> {
        return this.runner.run(row, command);
      }
    }
    CommandHandler(row.command)(RowHandler);
    return named(RowHandler, `${row.command.name}Handler`);
  });
}

/** Makes the handler of each row of a context's query table, and makes the rows known to the gate. */
export function queryHandlers(rows: readonly AnyQueryRow[]): Provider[] {
  return rows.map(row => {
    queryRows.set(row.query, row);
    class RowHandler implements IQueryHandler<Query> {
      execute(query: Query): Promise<object> {
        return row.answer(query, contextOf(query));
      }
    }
    QueryHandler(row.query)(RowHandler);
    return named(RowHandler, `${row.query.name}Handler`);
  });
}

/** @throws Error for a command class that no context's table holds. */
export function commandRowOf(command: Command): AnyCommandRow {
  const row = commandRows.get(command.constructor);
  if (!row) throw new Error(`${command.constructor.name} stands in no context's command table.`);
  return row;
}

/** @throws Error for a query class that no context's table holds. */
export function queryRowOf(query: Query): AnyQueryRow {
  const row = queryRows.get(query.constructor);
  if (!row) throw new Error(`${query.constructor.name} stands in no context's query table.`);
  return row;
}

function named<Class extends Provider & (new (...args: never[]) => object)>(
  target: Class,
  name: string,
): Class {
  Object.defineProperty(target, 'name', { value: name });
  return target;
}

/** The permission that a command or query class needs; undefined for a class that stands in no table. */
export const permissionOf = (input: new () => object): string | undefined =>
  (commandRows.get(input) ?? queryRows.get(input))?.permission;

/** How a command class is signed; undefined for one that is not. */
export const signatureOf = (input: new () => object): AnyCommandRow['signature'] =>
  commandRows.get(input)?.signature;

/** Every command class that stands in a table, in the order in which the contexts were loaded. */
export const knownCommands = (): AnyCommandRow['command'][] =>
  [...commandRows.values()].map(({ command }) => command);
