import type { View, ViewTable } from '../view';
import { checkViews } from './physical-table';

const table: ViewTable = { name: 'door', columns: { key: 'text', open: 'boolean' }, key: ['key'] };
const view = (name: string, ...tables: readonly ViewTable[]): View => ({
  name,
  version: 1,
  tables,
  takes: 'all',
  project: () => undefined,
});

test('takes tables that can be made', () => {
  expect(() =>
    checkViews([view('doors', table), view('windows', { ...table, name: 'window' })]),
  ).not.toThrow();
});

test.each<[string, readonly View[], string]>([
  ['two views of one name', [view('doors', table), view('doors')], 'two views of the name "doors"'],
  [
    'two tables of one name',
    [view('doors', table), view('gates', table)],
    'belongs to the views "doors" and "gates"',
  ],
  ['no key', [view('doors', { ...table, key: [] })], 'has no key'],
  ['a key that is no column', [view('doors', { ...table, key: ['id'] })], '"id", which is no column'],
  [
    'an index over no column',
    [view('doors', { ...table, indexes: [['size']] })],
    '"size", which is no column',
  ],
  ['a name that is none', [view('doors', { ...table, name: 'Door; drop' })], 'the name "Door; drop"'],
  ['a name like a generation', [view('doors', { ...table, name: 'door__2' })], 'ends like a generation'],
  ["the engine's names", [view('doors', { ...table, name: 'view_lease' })], 'begins with view_'],
  [
    "the history's columns",
    [view('doors', { ...table, columns: { ...table.columns, valid_to: 'position' } })],
    'a column that the history adds',
  ],
])('refuses %s', (_what, views, message) => {
  expect(() => checkViews(views)).toThrow(message);
});
