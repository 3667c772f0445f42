import { setTimeout as pause } from 'node:timers/promises';
import type { Receipt } from '@platform/commands';
import type { Random } from '@platform/kernel';
import { comesAbout } from '../processes/program';
import { send, type Answer } from '../running-ledger';
import { type KeyedRequest, type Steps } from '../load/screening-story';
import { trial } from '../trial';

export interface ClerkOptions {
  readonly token: string;
  readonly random: Random;
  /** Two hosts, where they listen now. */
  readonly hosts: () => readonly string[];
  /** The next participant's story. */
  readonly nextStory: () => Steps;
}

const longestThoughtMs = 150;
const longestPauseMs = 400;
/** Of the commands, how many are sent to both hosts at once, and of how many the view is asked for at the other one. */
const sentTwice = 0.03;
const readBack = 0.3;

/**
 * Somebody who enters what happens, through whichever host answers. A request without an answer, or with one that says
 * to try again, is repeated under its key, at the other host; any answer that is neither is an error.
 */
export class Clerk {
  readonly acknowledged: Receipt[] = [];
  /** From the answer to a command until the other host's view showed it, milliseconds. */
  readonly lagsMs: number[] = [];
  readonly tally = { broken: 0, unavailable: 0, doneUntold: 0, sentTwice: 0, notYetVisible: 0 };
  private steps: Steps;

  constructor(private readonly options: ClerkOptions) {
    this.steps = options.nextStory();
  }

  /** Works as long as it is told to; what it has begun it finishes. */
  async work(goesOn: () => boolean): Promise<void> {
    const { random } = this.options;
    let step = this.steps.next();
    while (goesOn()) {
      if (step.done) {
        this.steps = this.options.nextStory();
        step = this.steps.next();
        continue;
      }
      const receipt = await this.enter(step.value);
      await pause(longestThoughtMs * random.next());
      step = this.steps.next(receipt);
    }
  }

  private async enter(request: KeyedRequest): Promise<Receipt> {
    const { random } = this.options;
    const first = random.next() < 0.5 ? 0 : 1;
    const isTwice = random.next() < sentTwice;
    const [receipt, other] = await Promise.all([
      this.acknowledgedAt(first, request),
      isTwice ? this.acknowledgedAt(1 - first, request) : undefined,
    ]);
    if (other) this.compare(receipt, other);
    this.acknowledged.push(receipt);
    if (random.next() < readBack) await this.see(request, receipt, 1 - first);
    return receipt;
  }

  /** Whoever came second was answered as the first one was, unless there was nothing to be written. */
  private compare(one: Receipt, other: Receipt): void {
    this.tally.sentTwice += 1;
    const told = ({ commandId, stream, ids, events }: Receipt) => ({ commandId, stream, ids, events });
    expect(told(other)).toEqual(told(one));
  }

  private async acknowledgedAt(host: number, { path, body, key }: KeyedRequest): Promise<Receipt> {
    const headers = { 'idempotency-key': key };
    for (let attempt = 0; ; attempt++) {
      const answer = await this.ask('POST', (host + attempt) % 2, path, { body, headers });
      if (answer?.status === 201) {
        const receipt = answer.body as Receipt;
        if (receipt.repeated && attempt > 0) this.tally.doneUntold += 1;
        return receipt;
      }
      await pause(longestPauseMs * this.options.random.next());
    }
  }

  /** Asks the other host for what was written, until it shows it. */
  private async see({ path }: KeyedRequest, { position }: Receipt, host: number): Promise<void> {
    const [participant] = /^\/participants\/[^/]+/.exec(path) ?? [];
    if (!participant) return;
    const since = performance.now();
    await this.seen(participant, position, host);
    this.lagsMs.push(performance.now() - since);
  }

  private async seen(path: string, position: string, host: number): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.ask('GET', (host + attempt) % 2, `${path}?after=${position}`);
      if (answer?.status === 200) return;
      if (answer?.status === 202) this.tally.notYetVisible += 1;
      else await pause(longestPauseMs * this.options.random.next());
    }
  }

  /** Resolves when both hosts show what was acknowledged last. */
  async seeLast(site: string): Promise<void> {
    const position = this.acknowledged.map(each => BigInt(each.position)).reduce((a, b) => (a > b ? a : b));
    const path = `/participants?site=${site}&after=${position}`;
    for (const host of [0, 1])
      await comesAbout(async () => (await this.ask('GET', host, path))?.status === 200);
  }

  /** @returns undefined when there is no answer, or one that says to try again */
  private async ask(
    method: string,
    host: number,
    path: string,
    call: object = {},
  ): Promise<Answer | undefined> {
    const { token, hosts } = this.options;
    let answer: Answer;
    try {
      answer = await send(`${hosts()[host]!}/trials/${trial}${path}`, method, { token, ...call });
    } catch (error) {
      // How `fetch` says that there is no answer; its errors come from outside of Jest's realm.
      if ((error as Error).name !== 'TypeError') throw error;
      this.tally.broken += 1;
      return undefined;
    }
    if (answer.status < 300) return answer;
    if (answer.status !== 503) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.tally.unavailable += 1;
    return undefined;
  }
}
