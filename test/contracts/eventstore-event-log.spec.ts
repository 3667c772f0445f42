import { EventStoreEventLog, readEventStoreUrl } from '@platform/event-log';
import { eventLogContract } from '@platform/event-log/testing';
import { describeWithEventStore } from '../support/fake-eventstore/real-server';
import { FakeEventStore } from '../support/fake-eventstore/server';

const open = (url: string): Promise<EventStoreEventLog> => {
  const address = readEventStoreUrl(url);
  if (typeof address === 'string') throw new Error(`EVENTSTORE_URL ${address}`);
  return EventStoreEventLog.open({ address, categories: ['participant'] });
};

eventLogContract('EventStoreEventLog on the fake server', {
  async open() {
    const server = await FakeEventStore.start();
    let log = await open(server.url());
    const close = async () => {
      await log.close();
      await server.stop();
    };
    const reopen = async () => {
      await log.close();
      return (log = await open(server.url()));
    };
    return { log, reopen, close };
  },
});

describeWithEventStore('the event log on a real server', url => {
  eventLogContract('EventStoreEventLog', {
    async open() {
      let log = await open(url);
      const close = () => log.close();
      const reopen = async () => {
        await log.close();
        return (log = await open(url));
      };
      return { log, reopen, close };
    },
  });
});
