import {
  ANY,
  BACKWARDS,
  END,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
  type AppendExpectedRevision,
} from '@eventstore/db-client';
import { FakeEventStore } from '../support/fake-eventstore/server';

/*
 * The fake server keeps to the rules by which EventStoreDB takes appends and gives reads, seen through the real client:
 * the table of its appends, row by row, and what a reader must know of positions.
 */

const idOf = (n: number): string => `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`;
const event = (n: number, value = n) => jsonEvent({ id: idOf(n), type: 'Noted', data: { value } });
const credentials = { username: 'any', password: 'any' };

describe('the fake server', () => {
  let server: FakeEventStore;
  let client: EventStoreDBClient;

  beforeEach(async () => {
    server = await FakeEventStore.start();
    client = EventStoreDBClient.connectionString(server.url());
  });

  afterEach(async () => {
    await client.dispose();
    await server.stop();
  });

  const append = async (expectedRevision: AppendExpectedRevision, ...numbers: number[]) => {
    const events = numbers.map(n => event(n));
    const options = { expectedRevision, credentials };
    const before = server.store.all.length;
    try {
      const { nextExpectedRevision } = await client.appendToStream('stream-1', events, options);
      const written = server.store.all.length - before;
      return { revision: Number(nextExpectedRevision), written };
    } catch (error) {
      return (error as { readonly type: string }).type;
    }
  };
  const repeated = (revision: number) => ({ revision, written: 0 });
  const wrong = 'wrong-expected-version';

  describe('takes appends as the table says', () => {
    test('no stream, and there is none: written', async () => {
      expect(await append(NO_STREAM, 0, 1)).toEqual({ revision: 1, written: 2 });
    });

    describe('behind events 0, 1 and 2', () => {
      beforeEach(() => append(NO_STREAM, 0, 1, 2));

      test.each<[string, AppendExpectedRevision, number[], unknown]>([
        ['exact, equal to current: written', 2n, [3], { revision: 3, written: 1 }],
        ['exact below current, every id as stored: the first revisions', 0n, [1, 2], repeated(2)],
        ['the same of a part of them', NO_STREAM, [0, 1], repeated(1)],
        ['exact below current, the first id differs: wrong', 0n, [9, 2], wrong],
        ['exact below current, a later id differs: wrong', 0n, [1, 9], wrong],
        ['exact below current, running past: wrong', 0n, [1, 2, 3], wrong],
        ['exact above current: wrong', 7n, [8], wrong],
        [
          'exact equal to current, ids in the stream already: written again',
          2n,
          [1, 2],
          { revision: 4, written: 2 },
        ],
        ['any, ids in memory: repeated', ANY, [1, 2], repeated(2)],
        ['stream exists, ids in memory: repeated', STREAM_EXISTS, [2], repeated(2)],
      ])('%s', async (_, expected, numbers, result) => {
        expect(await append(expected, ...numbers)).toEqual(result);
      });

      test.each<AppendExpectedRevision>([ANY, STREAM_EXISTS])(
        '%s, ids known, after a restart: written twice',
        async expected => {
          server.store.restart();
          expect(await append(expected, 1, 2)).toEqual({ revision: 4, written: 2 });
        },
      );

      test.each<AppendExpectedRevision>([ANY, NO_STREAM, 2n, 0n])(
        '%s, tombstoned: deleted',
        async expected => {
          await client.tombstoneStream('stream-1', { credentials });
          expect(await append(expected, 1, 2)).toBe('stream-deleted');
        },
      );

      test('ids are compared and never contents: other content under a known id is dropped', async () => {
        const options = { expectedRevision: 0n, credentials };
        await client.appendToStream('stream-1', [event(1, 99)], options);
        expect(server.store.of('stream-1').map(({ data }) => data.toString())).not.toContain('{"value":99}');
      });

      test('an answer to a repeated append may carry no position', async () => {
        server.store.repeatedWithPosition = false;
        const options = { expectedRevision: 0n, credentials };
        expect((await client.appendToStream('stream-1', [event(1)], options)).position).toBeUndefined();
      });
    });

    test('more than a mebibyte: refused', async () => {
      const large = jsonEvent({ id: idOf(1), type: 'Noted', data: { text: 'x'.repeat(1024 * 1024) } });
      const appended = client.appendToStream('stream-1', [large], { credentials });
      await expect(appended).rejects.toMatchObject({ type: 'maximum-append-size-exceeded' });
    });
  });

  describe('gives reads as a server does', () => {
    const positions = async (options: Parameters<EventStoreDBClient['readAll']>[0]): Promise<bigint[]> => {
      const read: bigint[] = [];
      for await (const { event: each } of client.readAll(options)) if (each) read.push(each.position.commit);
      return read;
    };

    test('forwards from a position inclusive, backwards from one exclusive', async () => {
      await append(NO_STREAM, 0, 1, 2);
      const [, first, second, third] = await positions({});
      const at = (commit: bigint) => ({ commit, prepare: commit });
      expect(await positions({ fromPosition: at(second!) })).toEqual([second, third]);
      const backwards = { fromPosition: at(third!), direction: BACKWARDS, maxCount: 2 } as const;
      expect(await positions(backwards)).toEqual([second, first]);
      expect(await positions({ fromPosition: END, direction: BACKWARDS, maxCount: 1 })).toEqual([third]);
    });

    test('not from a position where no event begins', async () => {
      await append(NO_STREAM, 0);
      const [, first] = await positions({});
      const within = { commit: first! + 1n, prepare: first! + 1n };
      await expect(positions({ fromPosition: within })).resolves.toEqual([]);
      await append(0n, 1);
      await expect(positions({ fromPosition: within })).rejects.toMatchObject({ code: 3 });
    });

    test("with the system's own events among them", async () => {
      server.store.writeStatistics();
      const types: string[] = [];
      for await (const { event: each } of client.readAll()) types.push(each?.type ?? '');
      expect(types).toEqual(['$metadata', '$statsCollected']);
    });

    test('a subscription is exclusive, and takes a position behind the end as it is', async () => {
      await append(NO_STREAM, 0, 1);
      const [, first] = await positions({});
      const heard = async (commit: bigint): Promise<number[]> => {
        const subscription = client.subscribeToAll({ fromPosition: { commit, prepare: commit } });
        const revisions: number[] = [];
        subscription.on('data', ({ event: each }) => revisions.push(Number(each?.revision)));
        await new Promise(resolve => subscription.once('caughtUp', resolve));
        await subscription.unsubscribe();
        return revisions;
      };
      expect(await heard(first!)).toEqual([1]);
      expect(await heard(first! + 1_000_000n)).toEqual([]);
    });
  });
});
