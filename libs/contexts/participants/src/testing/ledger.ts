import {
  attach,
  CommandRejected,
  Runner,
  type AnyCommandRow,
  type Command,
  type Receipt,
} from '@platform/commands';
import { LogUnavailable, MemoryEventLog, type EventLog } from '@platform/event-log';
import {
  chainEvents,
  derivedId,
  emptyStream,
  logStart,
  ManualClock,
  type DomainEvent,
  type RecordedEvent,
  type StreamName,
  type Subject,
} from '@platform/kernel';
import { trialStream } from '@trial/protocol';
import { siteStream } from '@trial/sites';
import { deviationCommands } from '../deviations.commands';
import { participantStream, type ParticipantEvent } from '../domain/participant/participant';
import { recordScreeningDecision } from '../domain/screening/screening-decision';
import { participantCommands } from '../participants.table';
import { participantsReactions } from '../index';
import { at03, fold } from './people';
import { eventsOf, passing } from './screening';
import { siteEvents, trialEvents } from './trial';

/* A log with the built-in trial and eight activated sites, and a runner for the commands of this context. */

export const trial = 'NCT05794425';
export const sites = ['01', '02', '03', '04', '05', '06', '07', '08'];

export type Role = 'investigator' | 'importer' | 'system';

interface Submitted {
  readonly role?: Role;
  /** As an idempotency key: the same one is the same command. */
  readonly key?: string;
}

const rows = new Map<unknown, AnyCommandRow>(
  [...participantCommands, ...deviationCommands].map(row => [row.command, row]),
);

export class SmallLedger {
  readonly clock = ManualClock.at('2024-03-05T08:00:00.000Z');
  private count = 0;

  constructor(
    readonly log: EventLog,
    private readonly runner = new Runner({
      log,
      clock: { now: () => this.clock.now() },
      ids: { next: () => derivedId('command', String(this.count++), String(Math.floor(this.clock.now()))) },
      software: 'test',
    }),
  ) {}

  /** @throws CommandRejected, and whatever the log throws */
  submit(
    command: Command,
    target: Readonly<Record<string, string>>,
    { role = 'investigator', key }: Submitted = {},
  ): Promise<Receipt> {
    const row = rows.get(command.constructor);
    if (!row) throw new Error(`${command.constructor.name} stands in no table of this context.`);
    const caller = { user: `${role}-03`, printedName: `${role} 03`, rights: undefined };
    const sources = { investigator: 'person', importer: 'import', system: 'system' } as const;
    const commandId = key === undefined ? undefined : derivedId(key, command.constructor.name);
    const scope = { trial, sites: 'all' } as const;
    attach(
      command,
      { caller, target: { trial, ...target }, source: sources[role], commandId },
      { role, scope },
    );
    return this.runner.run(row, command);
  }

  /** The rule under which a command is rejected; undefined when it is accepted. */
  async refusalOf(...submitted: Parameters<SmallLedger['submit']>): Promise<string | undefined> {
    try {
      await this.submit(...submitted);
      return undefined;
    } catch (error) {
      if (error instanceof CommandRejected) return error.rejection.rule;
      throw error;
    }
  }

  /** Sends what follows from the whole log, as the reactions' engine does, until nothing new follows. */
  async react(): Promise<void> {
    for (let before = -1; ;) {
      const events = await this.events();
      if (events.length === before) return;
      before = events.length;
      for (const event of events) {
        for (const { name, takes, react } of participantsReactions) {
          if (takes !== 'all' && !takes.includes(event.type)) continue;
          for (const [index, step] of react(event).entries()) {
            const key = `${event.id} ${name} ${index}`;
            if ('command' in step) await this.refusalOf(step.command, step.target, { role: 'system', key });
          }
        }
      }
    }
  }

  async events(type?: string): Promise<RecordedEvent[]> {
    const all = await this.log.readAll({ after: logStart, limit: 100_000 });
    return type === undefined ? all : all.filter(event => event.type === type);
  }

  /** Writes events of another context, or of an earlier time, as they stand. */
  async write(stream: StreamName, events: readonly DomainEvent[], subject: Subject): Promise<void> {
    const page = await this.log.readStream(stream, { limit: 100_000 });
    const last = page.at(-1);
    const head = last
      ? { revision: last.revision, hash: last.metadata.hash, recordedAt: last.metadata.recordedAt }
      : emptyStream;
    const id = derivedId(stream, String(head.revision));
    const chained = chainEvents(stream, head, events, {
      recordedAt: '2024-03-05T07:00:00.000Z',
      actor: { user: 'coordinator-03', printedName: 'Coordinator 03', role: 'coordinator' },
      source: 'person',
      subject: { trial, ...subject },
      command: { id, type: 'Written', fingerprint: '' },
      correlationId: id,
      software: 'test',
    });
    await this.log.append(stream, head.revision, chained);
  }

  /** Somebody whom an investigator has found eligible. */
  async eligible(participant: string): Promise<void> {
    const site = participant.slice(0, 2);
    const events = foundEligible().map(event => atSite(event, site));
    await this.write(participantStream(trial, participant), events, { site, participant });
  }
}

let eligibleOnce: readonly ParticipantEvent[] | undefined;

function foundEligible(): readonly ParticipantEvent[] {
  if (eligibleOnce) return eligibleOnce;
  const screening = eventsOf(passing);
  const decision = recordScreeningDecision({ decision: 'eligible' }, fold(screening), at03());
  if ('rejected' in decision) throw new Error(decision.reason);
  eligibleOnce = [...screening, ...decision];
  return eligibleOnce;
}

const atSite = (event: ParticipantEvent, site: string): ParticipantEvent =>
  event.type === 'ParticipantPrescreened' ? { ...event, data: { ...event.data, site } } : event;

/** The built-in trial with its sites; over a memory log unless another one is given. */
export async function smallLedger(log: EventLog = new MemoryEventLog()): Promise<SmallLedger> {
  const ledger = new SmallLedger(log);
  await ledger.write(trialStream(trial), trialEvents, {});
  for (const site of sites) await ledger.write(siteStream(trial, site), siteEvents, { site });
  return ledger;
}

/** A log whose disk is full for one stream; everything else goes to the log behind. */
export const refusingAppends = (log: EventLog, refused: StreamName): EventLog => ({
  append: (stream, revision, events) => {
    if (stream === refused) return Promise.reject(new LogUnavailable('storage full', 'not written'));
    return log.append(stream, revision, events);
  },
  readStream: (stream, page) => log.readStream(stream, page),
  readAll: page => log.readAll(page),
  readAt: positions => log.readAt(positions),
  head: () => log.head(),
  positionAt: epochMs => log.positionAt(epochMs),
  timeAt: position => log.timeAt(position),
  waitForNews: (after, signal) => log.waitForNews(after, signal),
  close: () => log.close(),
});
