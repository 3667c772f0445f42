import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Receipt } from '@platform/commands';
import { eachPage, EVENT_LOG, SqliteEventLog, verifyLog, type EventLog } from '@platform/event-log';
import { logStart, seededRandom, systemClock, type Random, type RecordedEvent } from '@platform/kernel';
import { driftOf, ViewDatabase } from '@platform/views';
import { allViews } from '../../apps/composition/src/contexts';
import { departuresAndDeviations, notAsAcknowledged } from '../support/load/acknowledged';
import { startTypeScript, TalkingProcess } from '../support/child-process';
import { send, RunningLedger } from '../support/running-ledger';
import { enrollment, screening, type KeyedRequest, type Steps } from '../support/load/screening-story';
import { RunningTrial, trial } from '../support/trial';

/*
 * Hosts are killed while many clients at once screen and enroll people over HTTP, at a moment drawn from the seed, each
 * on the folder that the ones before it left behind. Every client then repeats the request that it got no answer to,
 * under the same key, and goes on. Survivable because nobody is answered before the fsync, an event's id follows from
 * its command, and what follows from events (an enrollment whose place was taken, deviations) is done by whoever comes
 * next. Twenty kills here, of whole hosts; kill-during-append has two hundred of the log alone.
 */
const kills = 20;
const folders = 2;
const clientsAtOnce = 6;
const seed = Number(process.env.TRIAL_LEDGER_SEED ?? Date.now() % 2 ** 31);

/** From a number to a place in the trial. */
function* screenedAndEnrolled(site: string, name: string): Steps {
  yield* enrollment(yield* screening(site, name));
}

/**
 * Enrolls somebody who is eligible already, then screens one person after the other, and remembers what was
 * acknowledged and what was not.
 */
class Client {
  readonly acknowledged: Receipt[] = [];
  /** Requests that were done although nobody was told. */
  doneUntold = 0;
  private people = 0;
  private steps: Steps;
  private waiting: KeyedRequest | undefined;

  constructor(
    private readonly name: string,
    private readonly site: string,
    private readonly token: string,
    eligible: string,
  ) {
    this.steps = enrollment(eligible);
  }

  /** Works until the connection breaks, beginning with what got no answer the last time. */
  async workUntilCutOff(url: string, onAnswer: () => unknown): Promise<void> {
    let next = this.waiting ?? this.nextRequest();
    for (;;) {
      const isRepetition = next === this.waiting;
      this.waiting = next;
      let receipt: Receipt;
      try {
        receipt = await this.send(url, next);
        if (isRepetition) expect(await this.send(url, next)).toEqual(repetitionOf(receipt));
      } catch (error) {
        if (isCutOff(error)) return;
        throw error;
      }
      onAnswer();
      if (receipt.repeated) this.doneUntold++;
      this.acknowledged.push(receipt);
      this.waiting = undefined;
      next = this.nextRequest(receipt);
    }
  }

  private nextPerson(): Steps {
    return screenedAndEnrolled(this.site, `${this.name}-${this.people++}`);
  }

  private nextRequest(receipt?: Receipt): KeyedRequest {
    const step = receipt ? this.steps.next(receipt) : this.steps.next();
    if (!step.done) return step.value;
    this.steps = this.nextPerson();
    return this.nextRequest();
  }

  private async send(url: string, { path, body, key }: KeyedRequest): Promise<Receipt> {
    const headers = { 'idempotency-key': key };
    const answer = await send(`${url}/trials/${trial}${path}`, 'POST', { token: this.token, body, headers });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Receipt;
  }
}

/** A command that found everything done (a reaction completed the enrollment) writes nothing, each time anew. */
const repetitionOf = (receipt: Receipt): object =>
  receipt.events.length > 0
    ? { ...receipt, repeated: true }
    : { ...receipt, recordedAt: expect.any(String) as string };

/**
 * How `fetch` says that there is no answer. Its errors come from outside of Jest's realm, so their class is another.
 */
const isCutOff = (error: unknown): boolean => (error as Error).name === 'TypeError';

/** All is there that was acknowledged, once, at its position; the log is in order. Answers with its events. */
async function check(log: EventLog, acknowledged: readonly Receipt[]): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of eachPage(log, { after: logStart })) events.push(...page);
  expect((await verifyLog(log)).problems).toEqual([]);
  expect(notAsAcknowledged(events, acknowledged)).toEqual([]);
  return events;
}

interface Outcome {
  readonly acknowledged: number;
  readonly doneUntold: number;
  readonly enrolled: number;
}

/** Kills one host after the other on one folder. */
async function generations(name: string, random: Random): Promise<Outcome> {
  const running = await RunningTrial.start(['01', '02'], { clock: systemClock });
  const clients = await Promise.all(
    Array.from({ length: clientsAtOnce }, async (_, index) => {
      const site = `0${(index % 2) + 1}`;
      const { token } = await running.as({ role: 'investigator', site });
      return new Client(`${name}-${index}`, site, token, await running.eligibleAt(site));
    }),
  );
  const folder = await running.ledger.leave();
  for (let killed = 0; killed < kills / folders; killed++) {
    const child = new TalkingProcess(startTypeScript(join(__dirname, 'serve-until-killed.ts'), folder));
    await child.firstLine();
    await workAndDie(child, clients, killed % 2 === 0 ? whileWaking(random) : amidWork(random));
    const log = SqliteEventLog.open({ folder });
    await check(
      log,
      clients.flatMap(({ acknowledged }) => acknowledged),
    );
    await log.close();
  }
  const outcome = await lastLook(folder, clients);
  rmSync(folder, { recursive: true });
  return outcome;
}

interface Moment {
  readonly answers: number;
  readonly thenMs: number;
}

const whileWaking = (random: Random): Moment => ({ answers: 1, thenMs: 300 * random.next() });
/** By a number of answers, so that a slow machine gets as much to do as a fast one. */
const amidWork = (random: Random): Moment => ({
  answers: 2 + Math.floor(60 * random.next()),
  thenMs: 20 * random.next(),
});

/** Kills a host that has given so many answers, some time later. */
async function workAndDie(host: TalkingProcess, clients: readonly Client[], moment: Moment): Promise<void> {
  let answers = 0;
  let enough: () => void = () => undefined;
  const come = new Promise<void>(resolve => (enough = resolve));
  const onAnswer = () => ++answers === moment.answers && enough();
  const working = Promise.all(clients.map(client => client.workUntilCutOff(host.lines[0]!, onAnswer)));
  try {
    await Promise.race([come, working]);
    await pause(moment.thenMs);
  } finally {
    await host.kill();
  }
  await working;
}

/** The next host finds out what was left undone: reactions and views arrive where they would have without a death. */
async function lastLook(folder: string, clients: readonly Client[]): Promise<Outcome> {
  const acknowledged = clients.flatMap(each => each.acknowledged);
  const ledger = await RunningLedger.on(folder);
  await ledger.settled();
  const log = ledger.app.get<EventLog>(EVENT_LOG);
  const events = await check(log, acknowledged);
  const { drifts, absent } = await driftOf({ log, database: ledger.app.get(ViewDatabase), views: allViews });
  expect({ drifts, absent }).toEqual({ drifts: [], absent: [] });

  // Each departure has become one deviation, and each place one enrollment.
  const ofType = (type: string) => events.filter(event => event.type === type);
  const { departures, deviations } = departuresAndDeviations(events);
  expect(deviations).toEqual(departures);
  const inPlace = ofType('EnrollmentReserved').map(({ metadata }) => String(metadata.subject.participant));
  const enrolled = ofType('ParticipantEnrolled').map(({ metadata }) => String(metadata.subject.participant));
  expect(enrolled.toSorted()).toEqual(inPlace.toSorted());
  await ledger.leave();
  const doneUntold = clients.reduce((sum, client) => sum + client.doneUntold, 0);
  return { acknowledged: acknowledged.length, doneUntold, enrolled: enrolled.length };
}

test(`${kills} kills of a host under load lose nothing and do nothing twice`, async () => {
  process.stderr.write(`kill-during-commands: TRIAL_LEDGER_SEED=${seed}\n`);
  const random = seededRandom(seed);
  const names = Array.from({ length: folders }, (_, index) => `f${index}`);
  const ended = await Promise.allSettled(names.map(name => generations(name, random)));
  const outcomes = ended.map(each => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
  process.stderr.write(`kill-during-commands: ${JSON.stringify(outcomes)}\n`);
  for (const { acknowledged, enrolled } of outcomes) {
    expect(acknowledged).toBeGreaterThan(kills);
    expect(enrolled).toBeGreaterThan(0);
  }
  // Otherwise no host died between a commit and its answer, and the test has tested less than it says.
  expect(outcomes.reduce((sum, { doneUntold }) => sum + doneUntold, 0)).toBeGreaterThan(0);
});
