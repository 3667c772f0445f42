import * as fc from 'fast-check';
import { v5 } from 'uuid';
import { derivedId, eventIdOf, eventIds, isUuid, timeOrderedIds } from './ids';

const command = '0190b7a2-7c1e-7d3a-9d7a-2f6b6c0f3a11';

describe('ids of events', () => {
  test('are the UUIDv5 of the index in the namespace of the command', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(), (id, index) =>
        expect(eventIdOf(id, index)).toBe(v5(String(index), id)),
      ),
    );
  });

  test('do not depend on the order in which they are asked for, nor on the case of the command', () => {
    const idAt = eventIds(command);
    const [tenth, second] = [idAt(10), idAt(2)];
    expect([idAt(2), idAt(10)]).toEqual([second, tenth]);
    expect(eventIdOf(command.toUpperCase(), 2)).toBe(second);
  });

  test('need a command that has a UUID', () => {
    expect(() => eventIdOf('command 1', 0)).toThrow(TypeError);
  });
});

test('a derived id is always the same, and tells apart what a mere joining would not', () => {
  expect(derivedId('a', 'bc')).toBe('a560e9da-c6b4-5741-b2f8-42168f261af5');
  expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'));
});

test('new ids are UUIDs in the order of time', () => {
  const ids = Array.from({ length: 1_000 }, () => timeOrderedIds.next());
  expect(ids.every(isUuid)).toBe(true);
  expect(new Set(ids).size).toBe(1_000);
  expect(ids.toSorted()).toEqual(ids);
});

test.each([
  [command, true],
  [command.toUpperCase(), true],
  ['', false],
  [`${command} `, false],
  [command.replaceAll('-', ''), false],
  [`{${command}}`, false],
  ['00000000-0000-0000-0000-000000000000', false],
  ['0190b7a2-7c1e-9d3a-9d7a-2f6b6c0f3a11', false],
  ['0190b7a2-7c1e-7d3a-cd7a-2f6b6c0f3a11', false],
])('%s is a UUID: %s', (text, answer) => {
  expect(isUuid(text)).toBe(answer);
});
