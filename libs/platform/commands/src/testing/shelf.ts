import {
  refuse,
  streamName,
  unknownEvent,
  type Decider,
  type DomainEvent,
  type StreamName,
} from '@platform/kernel';
import { attach, Command, commandRow, filled, type Caller, type Grant, type Submission } from '../command';

/*
 * A context as small as one can be: shelves that take boxes until they are sealed, and a counter that gives out places
 * over all shelves. The machinery of commands is tested with it, and knows nothing of trials.
 */

export type ShelfEvent = DomainEvent<'BoxPlaced', { readonly box: string }> | DomainEvent<'ShelfSealed'>;

export interface Shelf {
  readonly boxes: readonly string[];
  readonly sealed: boolean;
}

export const shelfDecider: Decider<Shelf, ShelfEvent> = {
  initial: { boxes: [], sealed: false },
  evolve(state, event) {
    switch (event.type) {
      case 'BoxPlaced':
        return { ...state, boxes: [...state.boxes, event.data.box] };
      case 'ShelfSealed':
        return { ...state, sealed: true };
      default:
        return unknownEvent(event);
    }
  },
};

export type CounterEvent = DomainEvent<'PlaceGiven', { readonly number: number }>;

export const counterDecider: Decider<number, CounterEvent> = {
  initial: 0,
  evolve: (_count, event) => event.data.number,
};

export const shelfStream = (shelf = ''): StreamName => streamName('shelf', shelf);
export const counterStream = streamName('counter', 'places');

export class PlaceBoxes extends Command {
  boxes!: readonly string[];
}
export class SealShelf extends Command {}
export class GivePlace extends Command {}
export class CopyShelf extends Command {
  from!: string;
}
export class PlaceNumbered extends Command {}

/** Boxes that are there already are left alone; so placing them twice adds nothing. */
export const placeBoxes = commandRow({
  command: PlaceBoxes,
  permission: 'place-boxes',
  stream: ({ target }) => shelfStream(target['shelf']),
  decider: shelfDecider,
  decide({ boxes }, { boxes: present, sealed }) {
    if (sealed) return refuse('SHELF-SEALED', 'The shelf is sealed. Take another one.');
    return boxes
      .filter(box => !present.includes(box))
      .map(box => ({ type: 'BoxPlaced', data: { box } }) as const);
  },
  gives: (_at, { events, state }) => ({ placed: String(events.length), before: String(state.boxes.length) }),
});

export const sealShelf = commandRow({
  command: SealShelf,
  permission: 'seal-shelf',
  stream: ({ target }) => shelfStream(target['shelf']),
  decider: shelfDecider,
  decide: (_command, { sealed }) => (sealed ? [] : [{ type: 'ShelfSealed', data: {} } as const]),
});

/** A decision that stands on another stream. */
export const copyShelf = commandRow({
  command: CopyShelf,
  permission: 'place-boxes',
  stream: ({ target }) => shelfStream(target['shelf']),
  decider: shelfDecider,
  facts: ({ command }, reader) => reader.read(shelfStream(command.from), shelfDecider),
  decide: (_command, _state, { facts }) =>
    facts.boxes.map(box => ({ type: 'BoxPlaced', data: { box } }) as const),
});

const places = 3;

export const givePlace = commandRow({
  command: GivePlace,
  permission: 'place-boxes',
  stream: () => counterStream,
  decider: counterDecider,
  decide: (_command, count) =>
    count < places
      ? [{ type: 'PlaceGiven', data: { number: count + 1 } } as const]
      : refuse('PLACES-TAKEN', 'All places are taken.'),
});

/** A decision that needs a reservation in another stream first. */
export const placeNumbered = commandRow({
  command: PlaceNumbered,
  permission: 'place-boxes',
  stream: ({ target }) => shelfStream(target['shelf']),
  decider: shelfDecider,
  async facts(_at, reader) {
    const receipt = await reader.runFirst(givePlace, new GivePlace(), {});
    return 'rejected' in receipt ? receipt : { place: receipt.revision };
  },
  decide: (_command, _state, { facts }) =>
    [{ type: 'BoxPlaced', data: { box: `number-${facts.place}` } }] as const,
});

export const caller: Caller = {
  user: 'u-1',
  printedName: 'Coordinator 01',
  organisation: 'Site 01',
  rights: 'all',
};

export const grant: Grant = {
  role: 'coordinator',
  scope: { trial: 'T1', sites: ['01'] },
  site: '01',
  delegation: 'd-1',
};

/** A command as it comes from the gate: with a submission and a grant. */
export function submitted<C extends Command>(command: C, shelf: string, more: Partial<Submission> = {}): C {
  attach(command, { caller, target: { shelf }, source: 'person', ...more }, grant);
  return command;
}

export const placing = (
  shelf: string,
  boxes: readonly string[],
  more: Partial<Submission> = {},
): PlaceBoxes => submitted(filled(PlaceBoxes, { boxes }), shelf, more);
