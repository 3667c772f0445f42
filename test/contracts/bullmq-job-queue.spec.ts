import { jobQueueContract, overRedis } from '@platform/jobs/testing';
import { describeWithRedis, someRedis } from '../support/redis';

describeWithRedis('jobs on Redis', () => {
  let service: Awaited<ReturnType<typeof someRedis>>;
  beforeAll(async () => (service = await someRedis()));
  afterAll(() => service.remove());
  jobQueueContract('BullMQ', policy => overRedis(service.url)(policy), { runs: 30 });
});
