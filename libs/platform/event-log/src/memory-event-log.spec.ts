import { MemoryEventLog } from './memory-event-log';
import { eventLogContract } from './testing';

eventLogContract('MemoryEventLog', {
  async open() {
    const log = new MemoryEventLog();
    return { log, close: () => log.close() };
  },
});
