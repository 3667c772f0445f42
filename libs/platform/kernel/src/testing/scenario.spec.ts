import { refuse, type Decision } from '../decision';
import { unknownEvent, type Decider, type DomainEvent, type EventRef } from '../event';
import { decisionContext, scenario } from './index';

type Opened = DomainEvent<'DoorOpened', { readonly by: string; readonly note?: string }>;
type Closed = DomainEvent<'DoorClosed', Record<string, never>>;

interface Door {
  readonly open: boolean;
  readonly refs: readonly EventRef[];
}

const door: Decider<Door, Opened | Closed> = {
  initial: { open: false, refs: [] },
  evolve(state, event, ref) {
    const refs = [...state.refs, ref];
    switch (event.type) {
      case 'DoorOpened':
        return { open: true, refs };
      case 'DoorClosed':
        return { open: false, refs };
      default:
        return unknownEvent(event);
    }
  },
};

const opened: Opened = { type: 'DoorOpened', data: { by: 'door-keeper' } };
const closed: Closed = { type: 'DoorClosed', data: {} };

const open = (state: Door): Decision<Opened> =>
  state.open ? refuse('DOOR-OPEN', 'It is open.', { field: 'by', evidence: { refs: 1 } }) : [opened];
const close = (state: Door): Decision<Closed> => (state.open ? [closed] : []);

describe('scenario', () => {
  test('tells a story: once, again at once, and on from there', () => {
    scenario(door)
      .given(opened)
      .when(close)
      .yields(closed)
      .when(close)
      .yieldsNothing()
      .when(open)
      .yields(opened);
  });

  test('starts from the initial state when nothing was given', () => {
    expect(scenario(door).when(open).state.open).toBe(true);
    expect(scenario(door).state).toBe(door.initial);
  });

  test('numbers the references of the given and of the accepted events', () => {
    const { state } = scenario(door).given(opened).given(closed).when(open);
    expect(state.refs.map(ref => [ref.id, ref.revision])).toEqual([
      ['event-0', 0],
      ['event-1', 1],
      ['event-2', 2],
    ]);
  });

  test('hands over the accepted events, and the rejection with its evidence', () => {
    expect(scenario(door).when(open).events).toEqual([opened]);
    const rejected = scenario(door).given(opened).when(open);
    expect(rejected.isRejected('DOOR-OPEN', 'by').evidence).toEqual({ refs: 1 });
    expect(rejected.state.open).toBe(true);
    expect(() => rejected.events).toThrow('DOOR-OPEN: It is open.');
  });

  test('takes an undefined member for an absent one', () => {
    scenario(door)
      .when((): Opened[] => [
        { type: 'DoorOpened', data: { by: 'door-keeper', note: undefined }, occurredAt: undefined },
      ])
      .yields(opened);
  });

  test.each<[string, () => unknown]>([
    ['other events', () => scenario(door).when(open).yields(closed)],
    ['more events', () => scenario(door).when(open).yields(opened, opened)],
    ['fewer events', () => scenario(door).when(open).yields()],
    ['something instead of nothing', () => scenario(door).when(open).yieldsNothing()],
    ['a rejection instead of nothing', () => scenario(door).given(opened).when(open).yieldsNothing()],
    ['a rejection instead of events', () => scenario(door).given(opened).when(open).yields(opened)],
    ['acceptance instead of a rejection', () => scenario(door).when(open).isRejected('DOOR-OPEN')],
    ['nothing instead of a rejection', () => scenario(door).when(close).isRejected('DOOR-OPEN')],
    ['another rule', () => scenario(door).given(opened).when(open).isRejected('DOOR-LOCKED')],
    ['another field', () => scenario(door).given(opened).when(open).isRejected('DOOR-OPEN', 'at')],
  ])('fails on %s', (_what, story) => {
    expect(story).toThrow(Error);
  });
});

describe('decisionContext', () => {
  test('is plausible by itself, and takes facts, members and extra members', () => {
    expect(decisionContext()).toMatchObject({
      recordedAt: '2024-03-05T08:00:00.000Z',
      actor: { site: '01' },
    });
    const context = decisionContext({
      facts: { cap: 100 },
      target: { trial: 'NCT05794425' },
      commandId: 'c',
    });
    expect([context.facts.cap, context.target.trial, context.commandId]).toEqual([100, 'NCT05794425', 'c']);
  });
});
