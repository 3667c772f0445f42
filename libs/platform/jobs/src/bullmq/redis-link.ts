import type { Redis } from 'ioredis';
import { QueueUnavailable, QueueUnfit } from '../port';
import { loadRedis } from './packages';

/** What whoever operates the queue wants to read in the log. Addresses, ids and kinds of errors; never a password. */
export type QueueNotice =
  /** Said once for each outage. Jobs are neither taken nor run; it tries again by itself. */
  | { readonly notice: 'unreachable'; readonly problem: string }
  | { readonly notice: 'reachable' }
  /** Redis throws away keys when its memory is full, and with them any job, without a word. */
  | { readonly notice: 'evicting'; readonly policy: string }
  /** Something else that a worker could not do, such as to end a job that is not there any more. */
  | { readonly notice: 'worker error'; readonly problem: string };

/** How long a caller waits for Redis at most, milliseconds: the log is the truth, and a job can be derived again. */
const patienceMs = 3_000;

/** How long a connection that is ended waits for Redis to end it too, milliseconds. */
const farewellMs = 200;

/** The two ways of speaking with one Redis: asking, which fails rather than waits, and working, which waits. */
export class RedisLink {
  readonly asking: Redis;
  private crew: Crew | undefined;
  /** Undefined until the first contact has been made, which `open` tells of by its outcome. */
  private reachable: boolean | undefined;
  private lastProblem = 'no answer';
  /** What Redis replied that will not be better with the next attempt: another password, no such database. */
  private refusal: string | undefined;

  constructor(
    private readonly url: string,
    private readonly notify: (notice: QueueNotice) => void,
  ) {
    const { Redis } = loadRedis();
    this.asking = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: patienceMs,
      commandTimeout: patienceMs,
      disconnectTimeout: farewellMs,
    });
    this.asking.on('error', (error: Error) => {
      this.lastProblem = problemOf(error);
      if (error.name === 'ReplyError') this.refusal = this.lastProblem;
    });
    this.asking.on('close', () => this.lost());
    this.asking.on('ready', () => void this.found());
  }

  /**
   * Makes the first contact. A Redis that is away is no reason not to start; it is waited for.
   * @throws QueueUnfit when it is there, and is not set up for this
   */
  async open(): Promise<void> {
    let policy: string | undefined;
    try {
      await this.asking.connect();
      policy = await this.evictionPolicy();
    } catch {
      this.reachable = false;
    }
    if (this.refusal !== undefined) throw new QueueUnfit(`it answers ${this.refusal}`);
    if (policy !== undefined) throw new QueueUnfit(howToKeepAll(policy));
    if (this.reachable === false) return this.notify({ notice: 'unreachable', problem: this.lastProblem });
    this.reachable = true;
  }

  /** Shared by the workers, each of which adds one of its own to wait for jobs with. */
  get working(): Redis {
    this.crew ??= new Crew(this.url);
    return this.crew.working;
  }

  /** Ends the connections of all workers, whatever they were waiting for; the next ones have others. */
  letGo(): void {
    this.crew?.end();
    this.crew = undefined;
  }

  close(): void {
    this.letGo();
    this.asking.removeAllListeners('close');
    end(this.asking);
  }

  /** @throws QueueUnavailable for whatever went wrong with a command */
  async ask<Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer> {
    try {
      return await question(this.asking);
    } catch (error) {
      throw new QueueUnavailable(problemOf(error));
    }
  }

  private lost(): void {
    if (!this.reachable) return;
    this.reachable = false;
    this.notify({ notice: 'unreachable', problem: this.lastProblem });
  }

  private async found(): Promise<void> {
    if (this.reachable !== false) return;
    this.reachable = true;
    this.notify({ notice: 'reachable' });
    const policy = await this.evictionPolicy().catch(() => undefined);
    if (policy !== undefined) this.notify({ notice: 'evicting', policy });
  }

  /** The policy when it is one that throws keys away. */
  private async evictionPolicy(): Promise<string | undefined> {
    // Unlike CONFIG, INFO is open to the users of hosted services.
    const figures = await this.ask(redis => redis.info('memory'));
    const policy = /^maxmemory_policy:(\S+)/m.exec(figures)?.[1];
    return policy === 'noeviction' ? undefined : policy;
  }
}

/** The connections of workers: one for commands, and those that they made of it to wait with. */
class Crew {
  readonly working: Redis;
  private readonly waiting: Redis[] = [];

  constructor(url: string) {
    const { Redis } = loadRedis();
    const { waiting } = this;
    class Working extends Redis {
      override duplicate(...options: Parameters<Redis['duplicate']>): Redis {
        const duplicate = super.duplicate(...options);
        waiting.push(duplicate);
        return duplicate;
      }
    }
    // Not with the first command: BullMQ would take the first attempt that fails for the last one.
    this.working = new Working(url, { maxRetriesPerRequest: null, disconnectTimeout: farewellMs });
    // Outages are told of by the one that asks.
    this.working.on('error', () => {});
  }

  end(): void {
    for (const redis of [this.working, ...this.waiting]) end(redis);
  }
}

/** Ends a connection in whatever state it is, and with it the commands that wait for it. */
function end(redis: Redis): void {
  if (redis.status === 'end') return;
  redis.disconnect();
  // Between two attempts to connect, this has only called off the next one: without it, there is no end either.
  if (redis.status !== 'reconnecting') return;
  redis.connect().catch(() => {});
  redis.disconnect();
}

const howToKeepAll = (policy: string): string =>
  `its maxmemory-policy is ${policy}, which throws jobs away without a word when memory is short; ` +
  'set it to noeviction';

/** Errors of the system come from outside the realm in which a test runs, so what they are is not asked of a class. */
const isError = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'name' in error && 'message' in error;

/** Whether an error is about the connection, not about what was asked. */
export const isOutage = (error: Error): boolean =>
  typeof (error as NodeJS.ErrnoException).code === 'string' ||
  /connection|timed out|writeable|max retries/i.test(error.message);

/** What BullMQ says when Redis does not know a job any more, or knows it as somebody else's. */
const bullProblem = /^(Missing (?:lock|key)|Lock mismatch|could not renew lock) for job\b/;

/** The kind of an error. Its text may quote a command with its arguments: a password, or an id. */
export function problemOf(error: unknown): string {
  if (!isError(error)) return typeof error;
  const { code, name, message } = error;
  if (typeof code === 'string') return code;
  // Redis begins each refusal with a word for its kind: NOAUTH, OOM, READONLY, MISCONF.
  if (name === 'ReplyError') return /^[A-Z]+/.exec(message)?.[0] ?? name;
  if (isOutage(error)) return /timed out/.test(message) ? 'no answer' : 'no connection';
  return bullProblem.exec(message)?.[0] ?? name;
}
