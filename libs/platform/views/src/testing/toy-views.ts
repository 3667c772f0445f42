import type { RecordedEvent } from '@platform/kernel';
import { rowView, type View } from '../view';

const keyOf = ({ data }: RecordedEvent): [string] => [String(data.key)];
const byOf = ({ data }: RecordedEvent): number => Number(data.by);

/** A sum for each key, gone when it is zero; and the sums of the past. */
export const sums = rowView({
  name: 'sums',
  version: 1,
  tables: [
    { name: 'sum', columns: { key: 'text', total: 'integer', last: 'position' }, key: ['key'] },
    {
      name: 'sum_history',
      columns: { key: 'text', total: 'integer', is_even: 'boolean' },
      key: ['key'],
      indexes: [['total']],
      history: true,
    },
  ],
  on: {
    Counted: [
      {
        table: 'sum',
        key: keyOf,
        fold: (row, event) => {
          const total = ((row?.total as number | undefined) ?? 0) + byOf(event);
          return total === 0 ? undefined : { key: event.data.key, total, last: event.position };
        },
      },
      {
        table: 'sum_history',
        key: keyOf,
        fold: (row, event) => {
          const total = ((row?.total as number | undefined) ?? 0) + byOf(event);
          return total === 0 ? undefined : { key: event.data.key, total, is_even: total % 2 === 0 };
        },
      },
    ],
  },
});

/** Only the present sums: taking an event twice shows in them, and nothing stands in its way. */
export const totals = rowView({
  name: 'totals',
  version: 1,
  tables: [{ name: 'total', columns: { key: 'text', total: 'integer' }, key: ['key'] }],
  on: {
    Counted: {
      table: 'total',
      key: keyOf,
      fold: (row, event) => ({
        key: event.data.key,
        total: ((row?.total as number | undefined) ?? 0) + byOf(event),
      }),
    },
  },
});

/** Every event, once: a trail. It puts without having loaded. */
export const trail: View = {
  name: 'trail',
  version: 1,
  takes: 'all',
  tables: [
    {
      name: 'trail',
      columns: { position: 'position', stream: 'text', type: 'text', data: 'json', note: 'text' },
      key: ['position'],
      indexes: [['stream']],
    },
  ],
  project(events, rows) {
    for (const { position, stream, type, data } of events) {
      rows.put('trail', { position, stream, type, data }, position);
    }
  },
};
