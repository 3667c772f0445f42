import { SqliteEventLog } from './sqlite-event-log';
import { eventLogContract, temporaryFolder } from './testing';

eventLogContract('SqliteEventLog', {
  async open() {
    const folder = temporaryFolder();
    let log = SqliteEventLog.open({ folder: folder.path });
    const close = () => log.close().finally(folder.remove);
    const reopen = async () => {
      await log.close();
      return (log = SqliteEventLog.open({ folder: folder.path }));
    };
    return { log, reopen, close };
  },
});
