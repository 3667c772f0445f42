import { EVENT_LOG, eachPage, verifyLog, type EventLog } from '@platform/event-log';
import { logStart } from '@platform/kernel';
import type { Answer } from '../support/running-ledger';
import { days, RunningTrial, type LoggedIn } from '../support/trial';

const sites = ['01', '02', '03', '04', '05', '06', '07', '08'];
const cap = 100;

/** One more than the trial has places for: at the eight sites, and every one of them has passed all criteria. */
describe(`${cap + 1} eligible participants at eight sites, enrolled all at once`, () => {
  let trial: RunningTrial;
  let coordinators: ReadonlyMap<string, LoggedIn>;
  let participants: readonly string[];
  let first: readonly Answer[];

  const enroll = (participant: string, key = `enroll-${participant}`): Promise<Answer> => {
    const coordinator = coordinators.get(participant.slice(0, 2))!;
    const body = { enrolledAt: days.decided, arm: 'UCB-MSC' };
    return coordinator.post(`/participants/${participant}/enrollment`, body, { 'idempotency-key': key });
  };

  beforeAll(async () => {
    trial = await RunningTrial.start(sites);
    const numbers = Array.from({ length: cap + 1 }, (_, index) => sites[index % sites.length]!);
    participants = await Promise.all(numbers.map(site => trial.eligibleAt(site)));
    const logins = sites.map(async site => [site, await trial.as({ role: 'coordinator', site })] as const);
    coordinators = new Map(await Promise.all(logins));
    first = await Promise.all(participants.map(participant => enroll(participant)));
  });

  afterAll(() => trial.stop());

  const refused = (): string => participants[first.findIndex(({ status }) => status !== 201)]!;

  it('takes exactly a hundred, and refuses one by the rule of the cap', () => {
    const statuses = first.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([...Array<number>(cap).fill(201), 422]);
    const { body } = first.find(({ status }) => status === 422)!;
    expect(body).toMatchObject({ rule: 'ENROLL-CAP', evidence: { cap, enrolled: cap } });
  });

  it('shows the same hundred in the lists of the sites, in the records and in the log', async () => {
    await trial.ledger.settled();
    const monitor = await trial.as({ role: 'monitor' });
    const enrolled = await monitor.get('/participants?enrolled=true&limit=1000');
    const others = await monitor.get('/participants?enrolled=false&limit=1000');
    const numbersOf = ({ body }: Answer) =>
      body.participants.map(({ participant }: { participant: string }) => participant);
    expect(numbersOf(others)).toEqual([refused()]);
    expect(numbersOf(enrolled)).toEqual(participants.filter(each => each !== refused()).toSorted());
    const bySite = await Promise.all(
      [...coordinators.values()].map(async one => numbersOf(await one.get('/participants?enrolled=true'))),
    );
    expect(bySite.flat()).toEqual(numbersOf(enrolled));
    const record = await monitor.get(`/participants/${refused()}`);
    expect(record.body.status.status).toBe('eligible');
    expect((await monitor.get('/deviations')).body.deviations).toEqual([]);

    const log = trial.ledger.app.get<EventLog>(EVENT_LOG);
    const counts: Record<string, number> = {};
    for await (const page of eachPage(log, { after: logStart })) {
      for (const { type } of page) counts[type] = (counts[type] ?? 0) + 1;
    }
    expect(counts).toMatchObject({ EnrollmentReserved: cap, ParticipantEnrolled: cap });
    expect(counts.EnrollmentReleased).toBeUndefined();
    expect((await verifyLog(log)).problems).toEqual([]);
  });

  it('answers the same to the same keys, and takes nobody in the second time', async () => {
    const again = await Promise.all(participants.map(participant => enroll(participant)));
    for (const [index, { status, body }] of again.entries()) {
      const { status: before, body: answer } = first[index]!;
      expect(status).toBe(before);
      if (status === 201) expect(body).toEqual({ ...answer, repeated: true });
      else expect(body.rule).toBe('ENROLL-CAP');
    }
    expect((await enroll(refused(), 'a-new-key')).body.rule).toBe('ENROLL-CAP');
  });
});
