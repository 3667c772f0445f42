import type { Attempt, Job, JobPolicy } from '../port';
import type { JobQueueHarness, MakeJobQueue } from './harness';

/** One queue at a time, and what was run on it. */
export class Bench {
  harness!: JobQueueHarness;
  /** Ids with the number of the attempt: `a#1`. */
  ran: string[] = [];

  constructor(
    private readonly make: MakeJobQueue,
    readonly policy: JobPolicy,
    readonly tickMs: number,
  ) {}

  async open(): Promise<void> {
    this.ran = [];
    this.harness = await this.make(this.policy);
  }

  get queue(): JobQueueHarness['queue'] {
    return this.harness.queue;
  }

  pass = (ticks: number): Promise<void> => this.harness.pass(ticks * this.tickMs);

  job = (id: string, inTicks = 0, kind = 'alert'): Job => ({
    id,
    kind,
    refs: { obligation: id },
    runAt: this.harness.now() + inTicks * this.tickMs,
  });

  /** Starts the queue with a handler of alerts that notes each attempt, and then does something. */
  async start(then: (job: Job, attempt: Attempt) => Promise<void> | void = () => {}): Promise<void> {
    this.queue.handle('alert', (job, attempt) => {
      this.ran.push(`${job.id}#${attempt.number}`);
      return then(job, attempt);
    });
    await this.queue.start();
  }

  async depthOf(kind = 'alert'): Promise<string> {
    const {
      waiting,
      running: busy,
      dead,
    } = (await this.queue.depth()).get(kind) ?? { waiting: 0, running: 0, dead: 0 };
    return `${waiting} waiting, ${busy} running, ${dead} dead`;
  }
}

export const never = new Promise<void>(() => {});
export const empty = '0 waiting, 0 running, 0 dead';

/** Lets attempts before a given one fail. */
export function failUntil(success: number, attempt: number): void {
  if (attempt < success) throw new TypeError('not yet');
}
