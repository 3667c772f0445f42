import { jobQueueContract, overRedis } from '@platform/jobs/testing';
import { describeWithRedis, someRedis } from '../support/redis';

jest.setTimeout(30_000);

describeWithRedis('jobs on Redis', () => {
  let service: Awaited<ReturnType<typeof someRedis>>;
  beforeAll(async () => (service = await someRedis()));
  afterAll(() => service.remove());
  jobQueueContract('BullMQ', policy => overRedis(service.url)(policy), { runs: 30 });
});
