import {
  CommandRejected,
  type Caller,
  type Command,
  type CommandClass,
  type Gate,
  type ReactionEngine,
  type Receipt,
  type Target,
} from '@platform/commands';
import { eachPage, type EventLog } from '@platform/event-log';
import { validationPipe } from '@platform/http';
import {
  addDays,
  logStart,
  toInstant,
  type ManualClock,
  type PartialDate,
  type Position,
  type RecordedEvent,
  type Rejection,
} from '@platform/kernel';
import type { ProtocolDefinition } from '@trial/protocol';
import { Calendar, workingHour, type Hour } from './clockwork/calendar';
import { Chance } from './clockwork/chance';
import { Schedule } from './clockwork/schedule';
import type { Failure } from './people';
import type { SiteTeam, Staff } from './staff';

export interface Setting {
  readonly gate: Gate;
  readonly log: EventLog;
  readonly reactions: ReactionEngine;
  readonly clock: ManualClock;
  readonly trial: string;
  readonly seed: number;
  /** How many to enroll. */
  readonly participants: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly definition: ProtocolDefinition;
}

/** What all sites share at a moment of the simulation. */
export interface Shared {
  /** The consent form that is to be signed. */
  consentVersion: string;
  definition: ProtocolDefinition;
  enrolled: number;
  /** People in screening who may still be enrolled. */
  underWay: number;
  recruiting: boolean;
  nextFailure: () => Failure;
  nextUnit: number;
}

/** Told of each new event, in the order of the log, once the reactions are through. */
export type Listener = (event: RecordedEvent) => void;

const pipe = validationPipe();

/**
 * The trial as the stories act in it: every act is a request, validated as at the edge, and goes through the
 * gate.
 */
export class World {
  readonly schedule: Schedule;
  readonly calendar: Calendar;
  readonly chance: Chance;
  readonly sites: SiteTeam[] = [];
  private readonly listeners = new Map<string, Listener>();
  private readonly hands: Chance;
  private position: Position = logStart;

  constructor(
    readonly setting: Setting,
    readonly staff: Staff,
    readonly shared: Shared,
  ) {
    this.schedule = new Schedule(setting.clock);
    this.calendar = new Calendar(setting.definition.zone);
    this.chance = new Chance(setting.seed);
    this.hands = this.chance.branch('hands');
  }

  get now(): number {
    return this.setting.clock.now();
  }

  get today(): PartialDate {
    return this.calendar.day(this.now);
  }

  /** Wall clock of the sites, to the minute. */
  get minute(): PartialDate {
    return this.calendar.minute(this.now);
  }

  /** A working hour of the workday some days after another. */
  clinicHour(day: PartialDate, days: number, chance: Chance): number {
    const hour = workingHour(chance.between(0, 1));
    return this.calendar.at(this.calendar.workday(addDays(day, days)), hour);
  }

  moment(day: PartialDate, hour: Hour): number {
    return this.calendar.at(day, hour);
  }

  /** The target of a request about the trial. */
  target(ids: Target = {}): Target {
    return { trial: this.setting.trial, ...ids };
  }

  /**
   * Somebody does something, which takes a few seconds.
   * @throws CommandRejected | AccessRefused | InputInvalid, when the story is wrong about what is possible
   */
  async act<C extends Command>(
    caller: Caller,
    command: CommandClass<C>,
    fields: NoInfer<Partial<C>>,
    target: Target = this.target(),
  ): Promise<Receipt> {
    const body: unknown = JSON.parse(JSON.stringify(fields));
    const request = await pipe.transform(body, { type: 'body', metatype: command });
    this.setting.clock.advance(this.hands.whole(1_000, 20_000));
    const enteredAt = toInstant(this.now - this.typingMs());
    return this.setting.gate.submit(request as Command, { caller, target, source: 'person', enteredAt });
  }

  /** The same where the answer may be no, and the story goes on from there. */
  async attempt<C extends Command>(...request: Parameters<typeof this.act<C>>): Promise<Receipt | Rejection> {
    try {
      return await this.act(...request);
    } catch (error) {
      if (error instanceof CommandRejected) return error.rejection;
      throw error;
    }
  }

  /** Lets a listener know of events of one type. */
  on(type: string, listener: Listener): void {
    this.listeners.set(type, listener);
  }

  /** Runs the stories to the end of the simulated time. */
  async run(onProgress: (nowMs: number) => void): Promise<void> {
    await this.schedule.run(this.setting.endMs, async () => {
      await this.follow();
      onProgress(this.now);
      // With a log in memory nothing ever waits: signals and the terminal get their turn here.
      await new Promise(resolve => setImmediate(resolve));
    });
  }

  /** What follows from the step that was just taken: reactions first, then whoever reads the log. */
  private async follow(): Promise<void> {
    await this.setting.reactions.catchUp();
    for await (const page of eachPage(this.setting.log, { after: this.position })) {
      for (const event of page) this.listeners.get(event.type)?.(event);
      this.position = page.at(-1)?.position ?? this.position;
    }
  }

  /**
   * From typing to saving: seconds as a rule; hours where the network was down and the tablet sent it later.
   */
  private typingMs(): number {
    const offline = this.hands.happens(0.02);
    return offline ? this.hands.whole(600_000, 14_400_000) : this.hands.whole(300, 90_000);
  }
}
