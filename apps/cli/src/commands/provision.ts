import {
  EventStoreUnfit,
  LogUnavailable,
  provisionEventStore,
  readEventStoreUrl,
  type EventStoreAddress,
} from '@platform/event-log';
import { systemTimers } from '@platform/kernel';
import { streamCategories } from '../../../composition/src/event-logs';
import { CommandFailed, type Output } from '../terminal';

export interface ProvisionChoice {
  /** Who the application connects as. */
  readonly application: EventStoreAddress | undefined;
  /** Connection string of an administrator. May hold a password: never print it. */
  readonly admin: string;
}

/** Sets an EventStoreDB up so that the application's user can lose nothing, and proves it. Idempotent. */
export async function provision(
  { application, admin: text }: ProvisionChoice,
  output: Output,
): Promise<void> {
  if (!application)
    throw new CommandFailed(
      'Set EVENTSTORE_URL to the connection string of the application and its user.',
      2,
    );
  const admin = readEventStoreUrl(text);
  if (typeof admin === 'string') throw new CommandFailed(`EVENTSTORE_ADMIN_URL ${admin}`, 2);
  try {
    const [category] = streamCategories;
    const report = await provisionEventStore({ admin, application, category, timers: systemTimers });
    const { user, account, rights, reading } = report;
    output.result({ ...report, deleteRefused: true, metadataRefused: true }, [
      `The user ${user}: ${account}.`,
      `Rights of all streams: ${rights}. Right to read the log as a whole: ${reading}.`,
      `Tried as ${user}: to delete a stream is refused, and so is to set an age at which events vanish.`,
    ]);
  } catch (error) {
    if (error instanceof EventStoreUnfit) throw new CommandFailed(error.message, 2);
    if (error instanceof LogUnavailable)
      throw new CommandFailed(`The EventStoreDB at ${admin.hosts} cannot be used: ${error.failure}.`, 1);
    throw error;
  }
}
