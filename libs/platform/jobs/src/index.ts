export { BullMqJobQueue, type BullMqJobQueueOptions } from './bullmq/bullmq-job-queue';
export { type QueueNotice } from './bullmq/redis-link';
export { checkJob } from './check-job';
export { InProcessJobQueue, type InProcessJobQueueOptions } from './in-process-job-queue';
export * from './port';
export { retryDelayMs } from './retry-delay';
