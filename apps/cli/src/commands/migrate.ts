import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  EventStoreUnfit,
  LogUnavailable,
  migrateLog,
  readEventStoreUrl,
  TargetDiffers,
  type EventLog,
  type Migration,
} from '@platform/event-log';
import { openEventLog } from '../../../composition/src/event-logs';
import { CommandFailed, type Output } from '../terminal';

export interface MigrationChoice {
  /** `sqlite:FOLDER` or a connection string. */
  readonly from: string;
  readonly to: string;
}

/**
 * Copies one log into another and proves that both are the same, event for event. Begun again after it was ended in
 * the middle, it goes on. Exit code 1 when the target holds something else, or a log cannot be used.
 */
export async function migrate({ from, to }: MigrationChoice, output: Output): Promise<void> {
  const source = await openNamed('--from', from);
  try {
    const target = await openNamed('--to', to);
    try {
      await copy(source, target, output);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function copy(source: EventLog, target: EventLog, output: Output): Promise<void> {
  const bars = new Map(
    (['comparing', 'copying', 'verifying'] as const).map(step => [
      step,
      output.progress(`${step[0]!.toUpperCase()}${step.slice(1)} events`),
    ]),
  );
  let current: string | undefined;
  try {
    const migration = await migrateLog(source, target, ({ step, position, head }) => {
      if (step !== current) for (const bar of bars.values()) bar.end();
      current = step;
      bars.get(step)?.update(Number(position) + 1, Number(head) + 1);
    });
    for (const bar of bars.values()) bar.end();
    report(migration, output);
  } catch (error) {
    throw failureOf(error) ?? error;
  } finally {
    for (const bar of bars.values()) bar.end();
  }
}

function report({ events, copied, digest, fromHead, toHead }: Migration, output: Output): void {
  const heads = { fromHead: fromHead.toString(), toHead: toHead.toString() };
  output.result({ events, copied, alreadyThere: events - copied, digest, ...heads, identical: true }, [
    `${copied} events copied; ${events - copied} were there before.`,
    `Both logs hold the same ${events} events, each with the content that its hash says:`,
    `  ${digest}`,
    'Positions are those of the new log. Compute the views again with "ledger rebuild" before you start the server.',
  ]);
}

async function openNamed(option: string, name: string): Promise<EventLog> {
  const [, folder] = /^sqlite:(.+)$/.exec(name) ?? [];
  if (folder !== undefined) {
    if (option === '--from' && !existsSync(join(folder, 'events.sqlite')))
      throw new CommandFailed(`--from names the folder ${folder}, which holds no event log.`, 2);
    return openOr(() => openEventLog({ dataFolder: folder }));
  }
  if (!/^(esdb|kurrent)/.test(name))
    throw new CommandFailed(
      `${option} takes sqlite:FOLDER, or a connection string such as esdb://host:2113.`,
      2,
    );
  const eventStore = readEventStoreUrl(name);
  // The text may hold a password: it is not repeated.
  if (typeof eventStore === 'string') throw new CommandFailed(`${option} ${eventStore}`, 2);
  return openOr(() => openEventLog({ dataFolder: '', eventStore }));
}

async function openOr(open: () => Promise<EventLog>): Promise<EventLog> {
  try {
    return await open();
  } catch (error) {
    throw failureOf(error) ?? error;
  }
}

function failureOf(error: unknown): CommandFailed | undefined {
  if (error instanceof TargetDiffers) return new CommandFailed(error.message, 1);
  if (error instanceof EventStoreUnfit) return new CommandFailed(error.message, 2);
  if (!(error instanceof LogUnavailable)) return undefined;
  return new CommandFailed(
    `${error.message} Run the same command again when it is back; it goes on where it was.`,
    1,
  );
}
