import { Redis } from 'ioredis';
import { BullMqJobQueue, QueueUnfit, type QueueNotice } from '@platform/jobs';
import { freshPrefix, removeKeys } from '@platform/jobs/testing';
import { systemClock, systemRandom, systemTimers } from '@platform/kernel';
import { describeWithRedis, someRedis, startRedis, type OwnRedis } from '../support/redis';
import { job, openQueue, until, type WatchedQueue } from '../support/redis-jobs';

describeWithRedis('BullMQ in real time', () => {
  let service: Awaited<ReturnType<typeof someRedis>>;
  let redis: Redis;
  const prefix = freshPrefix();
  const open: WatchedQueue[] = [];

  beforeAll(async () => {
    service = await someRedis();
    redis = new Redis(service.url, { disconnectTimeout: 200 });
  });

  afterEach(async () => {
    for (const { queue } of open.splice(0)) await queue.close();
    await removeKeys(redis, prefix);
  });

  afterAll(async () => {
    redis.disconnect();
    await service.remove();
  });

  const opened = async (under = prefix): Promise<WatchedQueue> => {
    const queue = await openQueue(service.url, under);
    open.push(queue);
    return queue;
  };

  it('wakes by itself: for a job, for its time, and for the next attempt', async () => {
    const { queue, failures } = await opened();
    const ran: [string, number][] = [];
    queue.handle('alert', ({ id, runAt }, { number }) => {
      ran.push([`${id}#${number}`, Date.now() - runAt]);
      if (id === 'fails' && number < 3) throw new TypeError('Fever of 03-007');
    });
    await queue.start();
    await queue.schedule(job('later', 150));
    await queue.schedule(job('at-once'));
    await queue.schedule(job('fails', 50));
    await until(() => ran.length === 5);
    expect(ran.map(([what]) => what).toSorted()).toEqual([
      'at-once#1',
      'fails#1',
      'fails#2',
      'fails#3',
      'later#1',
    ]);
    expect(Math.min(...ran.map(([, lateMs]) => lateMs))).toBeGreaterThanOrEqual(0);
    expect(failures.map(({ attempt, nextAt }) => [attempt, typeof nextAt])).toEqual([
      [1, 'number'],
      [2, 'number'],
    ]);
  });

  it('shares the work between processes, and does none of it twice', async () => {
    const ran: string[] = [];
    const queues = [await opened(), await opened(), await opened()];
    for (const { queue } of queues) {
      queue.handle('alert', ({ id }) => void ran.push(id));
      await queue.start();
    }
    const ids = Array.from({ length: 300 }, (_, i) => `a${i}`);
    // Each of them says all of it, as after a start of three hosts at once.
    const all = queues.flatMap(({ queue }) => ids.map(id => queue.schedule(job(id, 1_000))));
    await Promise.all(all);
    await until(async () => (await queues[0]!.queue.depth()).size === 0);
    expect(ran.toSorted()).toEqual(ids.toSorted());
  });

  it('keeps ledgers with other prefixes apart', async () => {
    const [one, two] = [await opened(`${prefix}:one`), await opened(`${prefix}:two`)];
    await one.queue.schedule(job('a', 60_000));
    expect(await two.queue.known(['a'])).toEqual(new Set());
    expect((await two.queue.depth()).size).toBe(0);
    expect(await two.queue.cancel('a')).toBe(false);
  });

  it('leaves in Redis what the job is about, and nothing of what went wrong', async () => {
    const { queue } = await opened();
    queue.handle('alert', () => {
      throw Object.assign(new TypeError('Fever of Wang Min'), { name: 'Fever of Wang Min' });
    });
    await queue.start();
    await queue.schedule(job('a'));
    await until(async () => (await queue.dead()).length === 1);
    expect(await queue.dead()).toMatchObject([{ attempts: 3, error: 'Error' }]);
    const stored = await redis.hgetall(`${prefix}:alert:job-a`);
    const events = await redis.xrange(`${prefix}:alert:events`, '-', '+');
    expect(stored['data']).toContain('obligation');
    expect(JSON.stringify([stored, events])).not.toMatch(/Fever|Wang|\.ts/);
  });
});

describeWithRedis(
  'a Redis that is not set up for jobs',
  () => {
    let server: OwnRedis;
    beforeEach(async () => (server = await startRedis()));
    afterEach(() => server.remove());

    const opening = (
      url: string,
      onNotice: (notice: QueueNotice) => void = () => {},
    ): Promise<BullMqJobQueue> =>
      BullMqJobQueue.open({
        url,
        prefix: 'unfit',
        clock: systemClock,
        timers: systemTimers,
        random: systemRandom,
        onNotice,
      });

    it.each(['allkeys-lru', 'volatile-ttl'])('is refused when its policy is %s', async policy => {
      await server.redis.config('SET', 'maxmemory-policy', policy);
      const refused = opening(server.url);
      await expect(refused).rejects.toThrow(QueueUnfit);
      await expect(refused).rejects.toThrow(`maxmemory-policy is ${policy}`);
      await expect(refused).rejects.toThrow('set it to noeviction');
    });

    it('is told of when it changes its policy later, and is used on', async () => {
      const notices: QueueNotice[] = [];
      const queue = await opening(server.url, notice => notices.push(notice));
      await server.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await server.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await until(() => notices.some(({ notice }) => notice === 'evicting'));
      expect(notices.at(-1)).toEqual({ notice: 'evicting', policy: 'allkeys-lru' });
      await queue.schedule(job('a'));
      expect((await queue.known(['a'])).size).toBe(1);
      await queue.close();
    });

    it.each([
      ['no password', '', '', 'NOAUTH'],
      ['a wrong password', 'someone:not-the-secret@', '', 'WRONGPASS'],
      ['a database that is not there', ':the-secret@', '/99', 'ERR'],
    ])('is refused for %s, and the password is not told', async (_what, login, path, kind) => {
      await server.redis.config('SET', 'requirepass', 'the-secret');
      const refused = opening(`redis://${login}127.0.0.1:${server.port}${path}`);
      await expect(refused).rejects.toThrow(QueueUnfit);
      await expect(refused).rejects.toThrow(`it answers ${kind}`);
      await expect(refused).rejects.not.toThrow(/secret/);
    });

    it('is taken with its password', async () => {
      await server.redis.config('SET', 'requirepass', 'the-secret');
      const queue = await opening(`redis://:the-secret@127.0.0.1:${server.port}/3`);
      await queue.schedule(job('a', 60_000));
      expect((await queue.known(['a'])).size).toBe(1);
      await queue.close();
    });
  },
  'its own',
);
