import type { Answer } from '../support/running-ledger';
import { days, RunningTrial, zone, type Someone } from '../support/trial';

const officer = { role: 'safetyOfficer' } as const;
const investigator = { role: 'investigator' } as const;
const reason = { code: 'board', text: 'Both cases are to be reviewed first.' };
const rule = {
  ...{ rule: 'SR-01', title: 'Two of ten', kind: 'countAmongFirst', source: 'Safety plan 1.0' },
  counts: { minGrade: 4, related: true },
  parameters: { participants: 2, amongFirst: 10 },
};

describe('stopping rules', () => {
  let running: RunningTrial;

  beforeEach(async () => {
    running = await RunningTrial.start(['01', '02']);
  });

  afterEach(() => running.stop());

  async function post(who: Someone, path: string, body: object): Promise<Answer> {
    const answer = await (await running.as(who)).post(path, body);
    expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status: 201 });
    return answer;
  }

  const read = async (who: Someone = officer, query = '') => {
    await running.ledger.settled();
    const { body } = await (await running.as(who)).get(`/stopping-rules${query}`);
    return body;
  };

  async function treatedAt(site: string): Promise<string> {
    const participant = await running.enrolledAt(site);
    const at = { at: days.decided, zone };
    const dose = { drug: 'CSA', dose: 200, unit: 'mg', frequency: 'BID', at };
    await post(investigator, `/participants/${participant}/treatment/drug-doses`, dose);
    return participant;
  }

  /** @returns the path of the adverse event */
  async function happenedTo(participant: string, grade = 4): Promise<string> {
    const events = `/participants/${participant}/adverse-events`;
    const { body } = await post(investigator, events, { term: 'Sepsis', onset: days.decided });
    const path = `${events}/${body.ids.adverseEvent}`;
    await post(investigator, `${path}/severity`, { grade });
    return path;
  }

  it('raise a signal once a boundary is crossed, on which a person pauses enrollment: all of it events', async () => {
    await post(officer, '/stopping-rules', rule);
    const [one, two] = [await treatedAt('01'), await treatedAt('02')];
    await happenedTo(one);
    expect((await read()).signals).toEqual([]);
    expect((await read()).rules[0].standing).toMatchObject({
      counts: { treated: 2, withEvents: 1 },
      boundary: 2,
    });
    const path = await happenedTo(two, 3);
    expect((await read()).signals).toEqual([]);
    // Late information: the grade was higher after all.
    await post(investigator, `${path}/severity`, { grade: 4, reason });
    const { signals } = await read();
    expect(signals).toMatchObject([
      {
        ...{ rule: 'SR-01', version: 1, counts: { treated: 2, withEvents: 2 }, boundary: 2, reviews: [] },
        counted: [{ participant: one }, { participant: two }],
      },
    ]);
    // A recount by what the signal says of itself.
    const then = await read(officer, `?asOf=${signals[0].standsAt}`);
    expect(then.rules[0].standing.counts).toEqual(signals[0].counts);

    const reviews = `/stopping-rules/signals/${signals[0].signal}/reviews`;
    await post(officer, reviews, { decision: 'pauseEnrollment', reason });
    const { body: paused } = await (await running.as(officer)).get('');
    expect(paused).toMatchObject({ status: 'suspended' });
    expect((await read()).signals[0].reviews).toMatchObject([{ decision: 'pauseEnrollment', reason }]);
    const { body: trail } = await (
      await running.as({ role: 'monitor' })
    ).get('/audit-trail?type=TrialStatusChanged&type=StoppingSignalReviewed&sort=-position&limit=2');
    expect(trail.entries.map(({ type, actor }: Answer['body']) => `${type} ${actor.user}`)).toEqual([
      'StoppingSignalReviewed safety-officer-00',
      'TrialStatusChanged safety-officer-00',
    ]);
  });

  it('take a void and another causality at the next look, and say each number once', async () => {
    const people = [await treatedAt('01'), await treatedAt('01'), await treatedAt('02')];
    const paths = [await happenedTo(people[0]!), await happenedTo(people[1]!)];
    // Everything before the rule counts at its first look.
    await post(officer, '/stopping-rules', rule);
    expect((await read()).signals).toHaveLength(1);
    await post(investigator, `${paths[0]}/void`, { reason });
    await post(investigator, `${paths[1]}/causality`, { term: 'unlikely' });
    expect((await read()).rules[0].standing.counts).toMatchObject({ withEvents: 0 });
    await post(investigator, `${paths[1]}/causality`, { term: 'possible', reason });
    await happenedTo(people[2]!);
    expect((await read()).signals).toHaveLength(1);
    await happenedTo(people[0]!);
    expect((await read()).signals.map(({ counts }: Answer['body']) => counts.withEvents)).toEqual([2, 3]);
  });

  it('are defined, retired and reviewed by the safety officer, and read by those who treat and monitor', async () => {
    const { status } = await (await running.as(investigator)).post('/stopping-rules', rule);
    expect(status).toBe(403);
    await post(officer, '/stopping-rules', rule);
    const [one, two] = [await treatedAt('01'), await treatedAt('02')];
    await happenedTo(one);
    await happenedTo(two);
    const seen = await read({ role: 'investigator', site: '01' });
    expect(seen.rules[0].standing).toBeUndefined();
    expect(seen.signals).toMatchObject([{ counts: { withEvents: 2 }, counted: [{ participant: one }] }]);
    expect(JSON.stringify(seen)).not.toContain(two);
    expect((await read({ role: 'monitor' })).templates.map(({ source }: typeof rule) => source)).toEqual([
      ...[
        'example, not from the protocol',
        'example, not from the protocol',
        'example, not from the protocol',
      ],
    ]);
    const unknown = '/stopping-rules/signals/none/reviews';
    const refused = await (await running.as(officer)).post(unknown, { decision: 'pauseEnrollment', reason });
    expect([refused.status, refused.body.rule]).toEqual([404, 'STOPPING-SIGNAL-UNKNOWN']);
    expect((await (await running.as(officer)).get('')).body.status).toBe('recruiting');
    await post(officer, '/stopping-rules/SR-01/retirement', { reason });
    expect((await read()).rules).toMatchObject([{ rule: 'SR-01', status: 'retired' }]);
  });
});
