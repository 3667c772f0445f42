import { CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { CLOCK, ManualClock, timeOrderedIds, toPosition } from '@platform/kernel';
import { EVENT_LOG, MemoryEventLog, type EventLog } from '@platform/event-log';
import {
  openViewsInMemory,
  rowView,
  ViewDatabase,
  ViewEngine,
  type TablesOf,
  type View,
} from '@platform/views';
import {
  ACCESS_JOURNAL,
  ACCESS_POLICY,
  type AccessEntry,
  type AccessJournal,
  type AccessPolicy,
} from './access';
import { Command, filled, type Submission } from './command';
import { AccessRefused, CommandRejected } from './errors';
import { Gate } from './gate';
import { contextOf, Query, queryRow, type Asking, type QueryContext } from './query';
import { Runner } from './running/runner';
import {
  commandHandlers,
  commandRowOf,
  knownCommands,
  permissionOf,
  queryHandlers,
  queryRowOf,
} from './table';
import {
  caller,
  grant,
  placeBoxes,
  PlaceBoxes,
  sealShelf,
  SealShelf,
  shelfDecider,
  shelfStream,
} from './testing/shelf';

const shelfBoxes = {
  name: 'shelf_boxes',
  columns: { shelf: 'text', box: 'text' },
  key: ['shelf', 'box'],
} as const;

const shelfView: View = rowView({
  name: 'shelf-boxes',
  version: 1,
  tables: [shelfBoxes],
  on: {
    BoxPlaced: {
      table: 'shelf_boxes',
      key: ({ metadata, data }) => [String(metadata.subject['shelf']), String(data['box'])],
      fold: (_row, { metadata, data }) => ({ shelf: metadata.subject['shelf'], box: data['box'] }),
    },
  },
});

class ShelfContents extends Query {}
class ShelfOnTop extends Query {}
class NoRow extends Command {}

let seen: QueryContext | undefined;

const shelfContents = queryRow({
  query: ShelfContents,
  permission: 'read-shelf',
  views: ['shelf-boxes'],
  async answer(_query: ShelfContents, context) {
    seen = context;
    const rows = await context.views
      .reader<TablesOf<[typeof shelfBoxes]>>()
      .selectFrom('shelf_boxes')
      .select('box')
      .where('shelf', '=', context.target['shelf'] ?? '')
      .orderBy('box')
      .execute();
    return { boxes: rows.map(({ box }) => box) };
  },
});

/** Answered from the log itself. */
const shelfOnTop = queryRow({
  query: ShelfOnTop,
  permission: 'read-shelf',
  views: [],
  async answer(_query: ShelfOnTop, { streams, target }) {
    const { state } = await streams.load(shelfStream(target['shelf']), shelfDecider);
    return { box: state.boxes.at(-1) };
  },
});

class Journal implements AccessJournal {
  readonly entries: AccessEntry[] = [];
  hold: () => Promise<void> = async () => {};

  async record(entry: AccessEntry): Promise<void> {
    await this.hold();
    this.entries.push(entry);
  }
}

/** Everything is allowed at shelf s1, to callers with rights. */
const policy: AccessPolicy = {
  grant: ({ rights }, permission, { shelf }) =>
    rights === 'all' && permission !== 'never' && shelf === 's1' ? grant : undefined,
};

const submission: Submission = { caller, target: { shelf: 's1' }, source: 'person', address: '192.0.2.1' };
const asking: Asking = { caller, target: { shelf: 's1' }, address: '192.0.2.1' };
const morning = '2024-03-05T08:00:00.000Z';

let log: EventLog;
let clock: ManualClock;
let journal: Journal;
let views: ViewDatabase;
let engine: ViewEngine;
let host: TestingModule;
let gate: Gate;

async function open(viewEngine: Partial<ViewEngine> = engine): Promise<void> {
  const runner = new Runner({ log, clock, ids: timeOrderedIds, software: 'trial-ledger 0.1.0' });
  host = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      ...commandHandlers([placeBoxes, sealShelf]),
      ...queryHandlers([shelfContents, shelfOnTop]),
      { provide: ACCESS_POLICY, useValue: policy },
      { provide: ACCESS_JOURNAL, useValue: journal },
      { provide: EVENT_LOG, useValue: log },
      { provide: ViewDatabase, useValue: views },
      { provide: ViewEngine, useValue: viewEngine },
      { provide: Runner, useValue: runner },
      { provide: CLOCK, useValue: clock },
      Gate,
    ],
  }).compile();
  await host.init();
  gate = host.get(Gate);
}

beforeEach(async () => {
  seen = undefined;
  log = new MemoryEventLog();
  clock = ManualClock.at(morning);
  journal = new Journal();
  views = await openViewsInMemory();
  engine = new ViewEngine({ log, database: views, views: [shelfView], clock });
  await engine.start();
  await open();
});

afterEach(async () => {
  await host.close();
  await engine.stop();
  await views.close();
});

const place = (...boxes: string[]) => gate.submit(filled(PlaceBoxes, { boxes }), submission);

describe('a command at the gate', () => {
  test('goes to its handler, under the grant that lets it pass', async () => {
    expect(await place('a', 'b')).toMatchObject({ stream: 'shelf-s1', revision: 1 });
    const [event] = await log.readStream(shelfStream('s1'));
    expect(event?.metadata).toMatchObject({
      actor: { user: 'u-1', role: 'coordinator', site: '01', delegation: 'd-1' },
      address: '192.0.2.1',
    });
    expect(journal.entries).toEqual([]);
  });

  test.each<[string, Partial<Submission>]>([
    ['whose caller has no right', { caller: { ...caller, rights: undefined } }],
    ['for a target that the right does not reach', { target: { shelf: 's2' } }],
  ])('%s is turned away, and the attempt is written down', async (_what, more) => {
    const refused = gate.submit(filled(PlaceBoxes, { boxes: ['a'] }), { ...submission, ...more });
    await expect(refused).rejects.toThrow(AccessRefused);
    const { caller: by, target, address } = { ...submission, ...more };
    expect(journal.entries).toEqual([
      { kind: 'refused', permission: 'place-boxes', request: 'PlaceBoxes', caller: by, target, address },
    ]);
    expect(await log.head()).toBe(-1n);
  });

  test('is turned away even when the attempt cannot be written down', async () => {
    journal.hold = () => Promise.reject(new Error('disk full'));
    const refused = gate.submit(new SealShelf(), { ...submission, target: { shelf: 's2' } });
    await expect(refused).rejects.toThrow('disk full');
    expect(await log.head()).toBe(-1n);
  });

  test('brings its rejection back', async () => {
    await gate.submit(new SealShelf(), submission);
    await expect(place('a')).rejects.toThrow(CommandRejected);
  });

  test('that stands in no table goes nowhere', async () => {
    await expect(gate.submit(new NoRow(), submission)).rejects.toThrow('NoRow stands in no');
  });

  test('cannot bring along where it came from: an attachment has no name', async () => {
    const forged = filled(
      PlaceBoxes,
      JSON.parse('{"boxes":["a"],"submission":{"caller":{}},"grant":{}}') as object,
    );
    await gate.submit(forged, submission);
    const [event] = await log.readStream(shelfStream('s1'));
    expect(event?.metadata.actor.user).toBe('u-1');
  });
});

describe('a query at the gate', () => {
  test('reads its own write, and says where the answer stands', async () => {
    const { position } = await place('b', 'a');
    const after = toPosition(BigInt(position));
    expect(await gate.ask(new ShelfContents(), { ...asking, after })).toEqual({
      standsAt: { position: '1', recordedAt: morning, asOf: false },
      boxes: ['a', 'b'],
    });
  });

  test('stands at the beginning of an empty log', async () => {
    const nothing = { position: '-1', recordedAt: null, asOf: false };
    expect(await gate.ask(new ShelfContents(), asking)).toEqual({ standsAt: nothing, boxes: [] });
    expect(await gate.ask(new ShelfOnTop(), asking)).toEqual({ standsAt: nothing, box: undefined });
  });

  test('that is answered from the log stands at its head', async () => {
    await place('a', 'b');
    expect(await gate.ask(new ShelfOnTop(), asking)).toMatchObject({ standsAt: { position: '1' }, box: 'b' });
  });

  test('gets the scope of the grant, and what it may read from', async () => {
    await gate.ask(new ShelfContents(), asking);
    expect(seen).toMatchObject({ scope: grant.scope, target: { shelf: 's1' }, caller, asOf: undefined });
    expect(seen?.log).toBe(log);
    expect(seen?.views).toBe(views);
  });

  test.each<[string, Asking['asOf'], string, string]>([
    ['a position', { position: toPosition(1) }, '1', '2024-03-05T09:00:00.000Z'],
    ['the first position', { position: toPosition(0) }, '0', morning],
    ['a position that is still to come', { position: toPosition(99) }, '2', '2024-03-05T10:00:00.000Z'],
    ['an instant', { instant: '2024-03-05T09:59:59.999Z' }, '1', '2024-03-05T09:00:00.000Z'],
    [
      'an instant that is still to come',
      { instant: '2030-01-01T00:00:00.000Z' },
      '2',
      '2024-03-05T10:00:00.000Z',
    ],
  ])('may be asked as of %s', async (_what, asOf, position, recordedAt) => {
    for (const box of ['a', 'b', 'c']) {
      await place(box);
      clock.advance(3_600_000);
    }
    const answer = await gate.ask(new ShelfContents(), { ...asking, asOf });
    expect(answer.standsAt).toEqual({ position, recordedAt, asOf: true });
    expect([seen?.asOf, seen?.standsAt, seen?.now].map(String)).toEqual([position, position, recordedAt]);
    expect(journal.entries).toMatchObject([{ kind: 'read', asOf: position }]);
  });

  test('as of a time before the first event is asked of the empty log', async () => {
    await place('a');
    const answer = await gate.ask(new ShelfContents(), {
      ...asking,
      asOf: { instant: '2020-01-01T00:00:00.000Z' },
    });
    expect(answer.standsAt).toEqual({ position: '-1', recordedAt: null, asOf: true });
  });

  test.each<[string, Partial<Asking>]>([
    ['after', { after: toPosition(1) }],
    ['as of', { asOf: { position: toPosition(1) } }],
  ])('%s a place that its views do not reach in time says so, with both places', async (_what, moment) => {
    const waitFor = async (position: bigint): Promise<boolean> => position < 1n;
    await open({ waitFor, positionOf: async () => toPosition(0) });
    await place('b', 'a');
    const late = gate.ask(new ShelfContents(), { ...asking, ...moment });
    await expect(late).rejects.toMatchObject({ name: 'NotYetVisible', wanted: '1', reached: '0' });
    expect([journal.entries, seen]).toEqual([[], undefined]);
  });

  test('is written down, and no answer leaves before it is', async () => {
    let written = (): void => {};
    journal.hold = () => new Promise(resolve => (written = resolve));
    let answered = false;
    const answer = gate.ask(new ShelfContents(), asking).then(() => (answered = true));
    while (!seen) await new Promise(resolve => setImmediate(resolve));
    for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve));
    expect(answered).toBe(false);
    written();
    await answer;
    expect(journal.entries).toEqual([
      {
        kind: 'read',
        caller,
        role: 'coordinator',
        permission: 'read-shelf',
        request: 'ShelfContents',
        target: { shelf: 's1' },
        address: '192.0.2.1',
        asOf: undefined,
      },
    ]);
  });

  test('that cannot be written down is not answered', async () => {
    journal.hold = () => Promise.reject(new Error('disk full'));
    await expect(gate.ask(new ShelfContents(), asking)).rejects.toThrow('disk full');
  });

  test('without a right is turned away before anything is read', async () => {
    await expect(gate.ask(new ShelfContents(), { ...asking, target: { shelf: 's2' } })).rejects.toThrow(
      AccessRefused,
    );
    expect(seen).toBeUndefined();
    expect(journal.entries).toMatchObject([
      { kind: 'refused', permission: 'read-shelf', request: 'ShelfContents' },
    ]);
  });

  test('that did not come through the gate is not answered', () => {
    expect(() => contextOf(new ShelfContents())).toThrow('ShelfContents did not come through the gate');
  });
});

describe('the tables', () => {
  test('know the row and the permission of each class', () => {
    expect(commandRowOf(new PlaceBoxes())).toBe(placeBoxes);
    expect(queryRowOf(new ShelfContents())).toBe(shelfContents);
    expect(() => queryRowOf(new (class Unknown extends Query {})())).toThrow('Unknown stands in no');
    expect([PlaceBoxes, ShelfContents, NoRow].map(each => permissionOf(each))).toEqual([
      'place-boxes',
      'read-shelf',
      undefined,
    ]);
    expect(knownCommands()).toEqual([PlaceBoxes, SealShelf]);
  });

  test('name their handlers after what these handle', () => {
    const names = [...commandHandlers([placeBoxes]), ...queryHandlers([shelfOnTop])].map(
      each => (each as Function).name,
    );
    expect(names).toEqual(['PlaceBoxesHandler', 'ShelfOnTopHandler']);
  });
});
