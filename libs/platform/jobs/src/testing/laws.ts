import * as fc from 'fast-check';
import type { Job, JobPolicy } from '../port';
import type { JobQueueHarness, MakeJobQueue } from './harness';

/** What an attempt does: whether it succeeds, and how. */
type Outcome = 'succeed' | 'succeed slowly' | 'throw' | 'reject slowly' | 'never settle';

interface Plan {
  readonly kind: string;
  readonly inTicks: number;
  /** One for each attempt; when there are no more, it succeeds. */
  readonly outcomes: readonly Outcome[];
}

type Step =
  | { readonly do: 'schedule' | 'cancel'; readonly job: number }
  | { readonly do: 'pass'; readonly ticks: number }
  | { readonly do: 'restart' };

const jobs = 8;
const plan: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom('alert', 'reminder'),
  inTicks: fc.integer({ min: -2, max: 25 }),
  outcomes: fc.array(
    fc.constantFrom<Outcome>('succeed', 'succeed slowly', 'throw', 'reject slowly', 'never settle'),
    { maxLength: 5 },
  ),
});
const jobNumber = fc.integer({ min: 0, max: jobs - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('schedule' as const), job: jobNumber }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), job: jobNumber }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ticks: fc.integer({ min: 0, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

interface Terms {
  readonly policy: JobPolicy;
  readonly tickMs: number;
  readonly runs: number;
}

/** Whatever is scheduled, cancelled, fails or hangs: nothing is lost, nothing runs early, nothing too often. */
export function jobQueueLaws(name: string, make: MakeJobQueue, terms: Terms): void {
  describe(`${name}, in any history,`, () => {
    test('runs each job at its time until it has succeeded once or failed too often', async () => {
      const plans = fc.array(plan, { minLength: jobs, maxLength: jobs });
      await fc.assert(
        fc.asyncProperty(plans, fc.array(step, { maxLength: 40 }), async (planned, steps) => {
          const harness = await make(terms.policy);
          try {
            const history = new History(harness, planned, terms);
            await history.play(steps);
            await history.finish();
          } finally {
            await harness.close();
          }
        }),
        { numRuns: terms.runs },
      );
    });
  });
}

/** What the queue owes for one scheduling of an id. */
interface Owed {
  readonly runAt: number;
  attempts: number;
  busy: boolean;
}

/** A queue beside a plain account of what it owes. */
class History {
  private readonly owed = new Map<string, Owed>();
  private readonly busyOf = new Map<string, number>();
  private readonly dead = new Set<string>();
  private readonly faults: string[] = [];

  constructor(
    private readonly harness: JobQueueHarness,
    private readonly plans: readonly Plan[],
    private readonly terms: Terms,
  ) {
    for (const kind of ['alert', 'reminder']) {
      harness.queue.handle(kind, (job, { number, signal }) => this.handle(job, number, signal));
    }
  }

  async play(steps: readonly Step[]): Promise<void> {
    await this.harness.queue.start();
    for (const each of steps) {
      // The queue learns a little later than the account that an attempt is over.
      await this.harness.pass(0);
      if (each.do === 'schedule') await this.schedule(each.job);
      else if (each.do === 'cancel') await this.cancel(`job-${each.job}`);
      else if (each.do === 'pass') await this.harness.pass(each.ticks * this.terms.tickMs);
      else await this.restart();
    }
  }

  async finish(): Promise<void> {
    const { policy, tickMs } = this.terms;
    await this.harness.pass(
      25 * tickMs + jobs * policy.maxAttempts * (policy.timeoutMs + policy.longestRetryMs),
    );
    expect(this.faults).toEqual([]);
    expect([...this.owed.keys()]).toEqual([]);
    const dead = await this.harness.queue.dead();
    expect(new Set(dead.map(({ job }) => job.id))).toEqual(this.dead);
    const depths = await this.harness.queue.depth();
    const left = [...depths.values()].reduce((sum, { waiting, running }) => sum + waiting + running, 0);
    expect(left).toBe(0);
  }

  private async schedule(index: number): Promise<void> {
    const { kind, inTicks } = this.planOf(`job-${index}`);
    const id = `job-${index}`;
    const runAt = this.harness.now() + inTicks * this.terms.tickMs;
    // The account comes first: the queue may run the job before it has answered.
    if (!this.owed.has(id) && !this.dead.has(id)) this.owed.set(id, { runAt, attempts: 0, busy: false });
    await this.harness.queue.schedule({ id, kind, refs: {}, runAt });
  }

  private async cancel(id: string): Promise<void> {
    const known = this.dead.has(id) || (this.owed.has(id) && !this.owed.get(id)?.busy);
    expect(await this.harness.queue.cancel(id)).toBe(known);
    if (!known) return;
    this.owed.delete(id);
    this.dead.delete(id);
  }

  private async restart(): Promise<void> {
    const stopped = this.harness.queue.stop();
    await this.harness.pass(this.terms.policy.timeoutMs);
    await stopped;
    expect([...this.busyOf.values()].every(busy => busy === 0)).toBe(true);
    await this.harness.queue.start();
  }

  private async handle(job: Job, number: number, signal: AbortSignal): Promise<void> {
    const owed = this.begin(job, number);
    const outcome = this.planOf(job.id).outcomes[number - 1] ?? 'succeed';
    if (outcome === 'never settle') {
      signal.addEventListener('abort', () => this.leave(job, owed, false));
      return new Promise<void>(() => {});
    }
    if (outcome.endsWith('slowly')) await this.harness.sleep(3 * this.terms.tickMs);
    this.leave(job, owed, outcome.startsWith('succeed'));
    if (!outcome.startsWith('succeed')) throw new Error(outcome);
  }

  /** Compares with the account. The queue takes a failed expectation for a failed job, so it is kept for the end. */
  private begin(job: Job, number: number): Owed {
    const owed = this.owed.get(job.id) ?? { runAt: Infinity, attempts: 0, busy: false };
    const busy = (this.busyOf.get(job.kind) ?? 0) + 1;
    const now = this.harness.now();
    if (owed.runAt > now) this.faults.push(`${job.id} runs at ${now} instead of ${owed.runAt}`);
    if (owed.busy) this.faults.push(`${job.id} runs twice at once`);
    if (number !== owed.attempts + 1)
      this.faults.push(`${job.id} calls attempt ${owed.attempts + 1} ${number}`);
    if (busy > this.terms.policy.concurrency) this.faults.push(`${busy} jobs of ${job.kind} run at once`);
    this.busyOf.set(job.kind, busy);
    owed.busy = true;
    owed.attempts += 1;
    return owed;
  }

  private leave(job: Job, owed: Owed, succeeded: boolean): void {
    this.busyOf.set(job.kind, (this.busyOf.get(job.kind) ?? 0) - 1);
    owed.busy = false;
    if (succeeded || owed.attempts >= this.terms.policy.maxAttempts) this.owed.delete(job.id);
    if (!succeeded && owed.attempts >= this.terms.policy.maxAttempts) this.dead.add(job.id);
  }

  private planOf(id: string): Plan {
    return this.plans[Number(id.slice('job-'.length))] as Plan;
  }
}
