export { jobQueueContract, type ContractOptions } from './contract';
export { simulated, type JobQueueHarness, type MakeJobQueue, type SimulatedPorts } from './harness';
export { freshPrefix, overRedis, removeKeys } from './over-redis';
