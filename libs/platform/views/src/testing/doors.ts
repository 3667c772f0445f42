import type { TablesOf } from '../sql/codec';
import { rowView, type ViewTable } from '../view';
import { counted, recorded } from './recorded-log';

/** How a context declares its tables, so that its queries are typed by them. */
export const doorTables = [
  {
    name: 'door',
    columns: {
      key: 'text',
      open: 'boolean',
      since: 'position',
      notes: 'json',
      weight: 'real',
      print: 'blob',
    },
    key: ['key'],
  },
  {
    name: 'door_history',
    columns: { key: 'text', total: 'integer' },
    key: ['key'],
    history: true,
    indexes: [['total']],
  },
] as const satisfies readonly ViewTable[];

export type DoorTables = TablesOf<typeof doorTables>;

export const doors = rowView({
  name: 'doors',
  version: 1,
  tables: doorTables,
  on: {
    Counted: [
      {
        table: 'door',
        key: ({ data }) => [String(data.key)],
        fold: (_, { data, position }) => ({
          key: data.key,
          open: Number(data.by) > 0,
          since: position,
          notes: { by: data.by },
          weight: 1.5,
          print: new Uint8Array([1, 2]),
        }),
      },
      {
        table: 'door_history',
        key: ({ data }) => [String(data.key)],
        fold: (row, { data }) => ({ key: data.key, total: Number(row?.total ?? 0) + Number(data.by) }),
      },
    ],
  },
});

export const fiveEvents = recorded([
  counted('a', 1),
  counted('b', 1),
  counted('a', 2),
  counted('b', -1),
  counted('a', 3),
]);
