import { setTimeout as pause } from 'node:timers/promises';
import { filled } from '@platform/commands';
import { ManualClock, ManualTimers, systemTimers, type Timers } from '@platform/kernel';
import { AllocateParticipantNumber, PrescreenParticipant } from '@trial/participants';
import { ObligationWatch } from '@trial/reporting';
import { RunningTrial, zone, type LoggedIn, type Someone } from '../support/trial';

const reason = { code: 'newInformation', text: 'The hospital’s letter has arrived.' };
const investigator = { role: 'investigator', site: '01' } as const;
const safetyOfficer = { role: 'safetyOfficer' } as const;

// oxlint-disable-next-line typescript/no-explicit-any -- a test looks into any shape of answer
type Json = any;

interface Listed {
  readonly rule: string;
  readonly reportingCase: string;
  readonly obligation: string;
}

/** A participant with a life-threatening event that became known on 27 February 2024 at 10:00 in Shandong. */
class Case {
  private constructor(
    readonly running: RunningTrial,
    readonly clock: ManualClock,
    readonly timers: ManualTimers,
    readonly participant: string,
    readonly adverseEvent: string,
  ) {}

  static async open(): Promise<Case> {
    const clock = ManualClock.at('2024-02-27T02:00:00.000Z');
    const timers = new ManualTimers(clock);
    // Only what waits for a minute or more is let pass by the test; jobs that are due run by themselves.
    const after: Timers['after'] = (milliseconds, task) =>
      (milliseconds < 60_000 ? systemTimers : timers).after(milliseconds, task);
    const running = await RunningTrial.start(['01'], { clock, timers: { after } });
    const { ids } = await running.submit(new AllocateParticipantNumber(), { site: '01' });
    const participant = ids.participant!;
    await running.submit(filled(PrescreenParticipant, { prescreenedAt: '2024-02-20' }), { participant });
    const report = {
      ...{ term: 'Sepsis', onset: '2024-02-26', suspectProducts: ['UCB-MSC'] },
      awareAt: { at: '2024-02-27T10:00', zone },
    };
    const { body } = await (
      await running.as(investigator)
    ).post(`/participants/${participant}/adverse-events`, report);
    const opened = new Case(running, clock, timers, participant, body.ids.adverseEvent);
    await opened.on('2024-02-27T03:00', investigator, '/seriousness', { lifeThreatening: true });
    return opened;
  }

  get path(): string {
    return `/participants/${this.participant}/adverse-events/${this.adverseEvent}`;
  }

  /** A new session for each instant: tokens last minutes, and days pass here. */
  as(someone: Someone): Promise<LoggedIn> {
    return this.running.as(someone);
  }

  /** At a time in UTC, somebody records something of the event; everything that follows has followed. */
  async on(at: string, someone: Someone, path: string, body: object): Promise<void> {
    this.clock.set(`${at}:00.000Z`);
    const { status, body: answer } = await (await this.as(someone)).post(`${this.path}${path}`, body);
    expect({ path, status, answer: status === 201 ? undefined : answer }).toMatchObject({ status: 201 });
    await this.running.ledger.settled();
  }

  async clocks(query = '') {
    return (await (await this.as(safetyOfficer)).get(`${this.path}/clocks${query}`)).body;
  }

  async board(query = ''): Promise<(Listed & { readonly overdue: boolean })[]> {
    await this.running.ledger.settled();
    return (await (await this.as(safetyOfficer)).get(`/obligations${query}`)).body.obligations;
  }

  /** Where requests about the open obligation under a rule go. */
  async pathOf(rule: string): Promise<string> {
    const [{ reportingCase, obligation } = { reportingCase: '', obligation: '' }] = await this.board(
      `?rule=${rule}&status=open`,
    );
    return `/sites/01/reporting-cases/${reportingCase}/obligations/${obligation}`;
  }
}

/** For a machine that is busy with other tests; nothing here waits for a time to pass. */
describe('the clocks of an adverse event, over HTTP', () => {
  let subject: Case;

  beforeAll(async () => {
    subject = await Case.open();
  });
  afterAll(() => subject.running.stop());

  it('run from what became known, each under its rule', async () => {
    const rows = await subject.board();
    expect(rows.map(({ rule }) => rule)).toEqual(['CN-SC-24H', 'CN-GCP-INV', 'CN-SUSAR-7', 'CN-SUSAR-7F']);
    const [, , seven] = rows;
    expect(seven).toMatchObject({ dueLocal: '2024-03-05T23:59:59', status: 'open', provisional: true });
  });

  it('tell after five later changes what was due on 5 March 2024, and why', async () => {
    const officer = safetyOfficer;
    const then = { awareAt: { at: '2024-02-26T09:00', zone } };
    await subject.on('2024-03-06T01:00', investigator, '/amendments', { ...then, reason });
    await subject.on('2024-03-07T01:00', investigator, '/causality', { term: 'possible' });
    const rsi = { rsiVersion: 'IB 4', rsiFrom: '2023-06-01' };
    await subject.on('2024-03-08T01:00', officer, '/expectedness', { expected: true, ...rsi });
    await subject.on('2024-03-09T01:00', officer, '/expectedness', { expected: false, ...rsi, reason });
    const sent = { reference: 'CDE-193', sentAt: { at: '2024-03-11T09:00', zone } };
    subject.clock.set('2024-03-11T02:00:00.000Z');
    const path = await subject.pathOf('CN-SUSAR-7');
    expect((await (await subject.as(officer)).post(`${path}/fulfilment`, sent)).status).toBe(201);
    await subject.running.ledger.settled();

    // As it was known on that day.
    const { obligations } = await subject.clocks('?asOf=2024-03-05');
    expect(obligations.map((each: Json) => [each.rule.id, each.status, each.clocks.length])).toEqual([
      ['CN-SC-24H', 'open', 1],
      ['CN-GCP-INV', 'open', 1],
      ['CN-SUSAR-7', 'open', 1],
      ['CN-SUSAR-7F', 'open', 1],
    ]);
    expect(obligations[2]).toMatchObject({
      rule: { id: 'CN-SUSAR-7', version: '1', verification: { mark: 'doc' } },
      clocks: [
        {
          ...{ anchor: 'sponsorFirstKnowledge', due: '2024-03-05T15:59:59.999Z', zone },
          because: [
            'serious by lifeThreatening',
            expect.stringContaining('not assessed by the investigator, which counts as related'),
            expect.stringContaining('provisional'),
            'fatal or life-threatening by the criterion lifeThreatening',
          ],
          cause: { event: expect.any(String), position: expect.any(String) },
        },
      ],
    });

    // As it is known now: the same clock stands there, with all that became of it, and of the others.
    const now = await subject.clocks('?on=2024-03-05');
    const due = now.on.clocks.filter((each: Json) => each.dueThatDay);
    expect(due).toMatchObject([
      {
        ...{ rule: 'CN-SUSAR-7', ruleVersion: '1', citation: expect.stringContaining('expedited') },
        ...{ dueLocal: '2024-03-05T23:59:59', inRecord: true, asKnownNow: true },
        ended: { by: 'superseded', at: '2024-03-08T01:00:00.000Z' },
      },
      // Opened when the event turned out to be unexpected after all, from the earliest knowledge.
      { rule: 'CN-SUSAR-7', dueLocal: '2024-03-05T23:59:59', inRecord: false, asKnownNow: true },
    ]);
    const history = now.obligations.map((each: Json) => [
      each.rule.id,
      each.status,
      each.clocks.map(({ dueLocal }: Json) => dueLocal).join(' > '),
    ]);
    expect(history).toEqual([
      ['CN-SC-24H', 'open', '2024-02-28T10:00:00 > 2024-02-27T09:00:00'],
      ['CN-GCP-INV', 'open', '2024-02-28T10:00:00 > 2024-02-27T09:00:00'],
      ['CN-SUSAR-7', 'superseded', '2024-03-05T23:59:59'],
      ['CN-SUSAR-7F', 'superseded', '2024-03-13T23:59:59'],
      ['CN-SUSAR-7', 'fulfilled', '2024-03-05T23:59:59'],
      ['CN-SUSAR-7F', 'open', '2024-03-13T23:59:59 > 2024-03-13T23:59:59'],
    ]);
    expect(now.obligations[4]).toMatchObject({
      fulfilled: { reference: 'CDE-193', sentBy: 'safety-officer-00', inTime: false },
      missed: { due: '2024-03-05T15:59:59.999Z' },
    });
    // The board of that day has what the board of today has not.
    const board = (query: string) => subject.board(`?rule=CN-SUSAR-7${query}`);
    expect(await board('&status=open')).toEqual([]);
    expect(await board('&status=open&asOf=2024-03-05')).toHaveLength(1);
    expect((await board('&missed=true')).length).toBe(1);
  });

  it('are the investigator’s to fulfil where the investigator owes the report', async () => {
    const someone = await subject.as(investigator);
    const sent = { reference: 'Fax 7', sentAt: { at: '2024-03-11T09:30', zone } };
    const own = await subject.pathOf('CN-GCP-INV');
    expect((await someone.post(`${own}/fulfilment`, sent)).status).toBe(403);
    expect((await someone.post(`${own}/investigator-fulfilment`, sent)).status).toBe(201);
    const sponsors = await subject.pathOf('CN-SUSAR-7F');
    const refused = await someone.post(`${sponsors}/investigator-fulfilment`, sent);
    expect([refused.status, refused.body.rule]).toEqual([422, 'OBLIGATION-NOT-YOURS']);
  });

  it('are told of together with the rules that a trial reports by', async () => {
    const { body } = await (await subject.as(investigator)).get('/reporting-rules');
    expect(body.ruleSets.map((each: Json) => [each.id, each.activations.length])).toEqual([
      ['CN-STEM-CELL', 1],
      ['CN-DRUG', 1],
      ['ICH-E2A', 0],
      ['US-IND', 0],
      ['EU-CTR', 0],
    ]);
  });
});

describe('the watch over obligations', () => {
  it('notes each share of the time once, and what passed while nothing was running', async () => {
    const subject = await Case.open();
    const { ledger } = subject.running;
    const notesOf = async (rule: string): Promise<string[]> => {
      await ledger.settled();
      const found = (await subject.clocks()).obligations.find((each: Json) => each.rule.id === rule);
      return found.notes.map(({ share, notedAt }: Json) => `${share} ${notedAt}`);
    };
    try {
      await ledger.settled();
      const watch = ledger.app.get(ObligationWatch);
      // Its own minute, not a call: half of the 24 hours ends at 22:00 in Shandong.
      subject.clock.set('2024-02-27T13:58:30.000Z');
      let notes: string[] = [];
      for (let turn = 0; turn < 50 && notes.length === 0; turn++) {
        await subject.timers.advance(10_000);
        notes = await notesOf('CN-SC-24H');
      }
      const [half, ...none] = notes;
      expect(half).toMatch(/^50 2024-02-27T14:0/);
      expect(none).toEqual([]);
      expect(await watch.check()).toBe(0);
      subject.clock.set('2024-03-20T08:00:00.000Z');
      await ledger.restart();
      const again = ledger.app.get(ObligationWatch);
      for (let turn = 0; turn < 2_000 && again.status().checkedAt === undefined; turn++) await pause(5);
      expect(again.status()).toEqual({ checkedAt: '2024-03-20T08:00:00.000Z', problem: undefined });
      expect(await notesOf('CN-SC-24H')).toEqual([half, '100 2024-03-20T08:00:00.000Z']);
      expect(await notesOf('CN-SUSAR-7')).toEqual(['100 2024-03-20T08:00:00.000Z']);
      await ledger.settled();
      expect(await again.check()).toBe(0);
      expect((await subject.board('?overdue=true')).map(({ rule }) => rule)).toContain('CN-SUSAR-7');
      expect((await subject.board('?missed=true&overdue=false')).map(({ rule }) => rule)).toEqual([]);
    } finally {
      await subject.running.stop();
    }
  });
});
