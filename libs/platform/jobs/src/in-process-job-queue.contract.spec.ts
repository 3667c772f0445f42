import { InProcessJobQueue } from './in-process-job-queue';
import { jobQueueContract, simulated } from './testing';

jobQueueContract(
  'in-process',
  simulated(ports => new InProcessJobQueue(ports)),
);
