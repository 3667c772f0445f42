import { readdirSync, rmSync } from 'node:fs';
import { SqliteEventLog, verifyLog } from '@platform/event-log';
import { systemClock } from '@platform/kernel';
import { PostgresVault } from '@platform/secrets';
import { AccountOpening, type OpenedAccount } from '@trial/access';
import { eventsIn, reported } from '../support/alerting/alerts';
import { seriousRequest } from '../support/alerting/burst';
import { describeWithPostgres, ownDatabase } from '../support/postgresql/server';
import { comesAbout, Program } from '../support/processes/program';
import { describeWithRedis, startRedis, type OwnRedis } from '../support/redis';
import { newFolder, send, type Answer, type Call } from '../support/running-ledger';
import { RunningTrial, trial } from '../support/trial';

/*
 * Two hosts that only answer, and a worker, as processes on one data folder: whatever is asked of one of them holds at
 * the other one.
 */
interface Prepared {
  readonly token: string;
  readonly officer: string;
  readonly account: OpenedAccount;
  readonly participant: string;
  readonly adverseEvent: string;
}

/** People who are logged in, an account with a password, and an adverse event that nobody has assessed. */
async function prepare(folder: string, vault?: PostgresVault): Promise<Prepared> {
  const running = await RunningTrial.start(['01'], { clock: systemClock, vault }, { folder });
  const { token } = await running.as({ role: 'investigator', site: '01' });
  const officer = await running.as({ role: 'safetyOfficer' });
  const roles = [{ role: 'coordinator', trial, sites: ['01'] }] as const;
  const about = { user: 'coordinator-01-77', printedName: 'Wang Min', roles, temporary: false };
  const account = await running.ledger.app.get(AccountOpening).open(about);
  const participant = await running.prescreenedAt('01');
  const adverseEvent = await reported(running, participant);
  await running.ledger.leave();
  return { token, officer: officer.token, account, participant, adverseEvent };
}

const passwordOf = ({ account }: Prepared, password = account.password): Call => ({
  body: { user: account.user, password },
});

describeWithRedis(
  'two hosts on one data folder and one Redis',
  () => {
    let redis: OwnRedis;
    let folder: string;
    let prepared: Prepared;
    let programs: Program[];
    let one: Program;
    let two: Program;

    beforeAll(async () => {
      [redis, folder] = [await startRedis(), newFolder()];
      prepared = await prepare(folder);
      const environment = { LEDGER_DATA: folder, LEDGER_ROLE: 'api', REDIS_URL: redis.url };
      programs = [
        await Program.start('worker', environment),
        await Program.start('api', environment),
        await Program.start('api', environment),
      ];
      [, one, two] = programs as [Program, Program, Program];
    });

    afterAll(async () => {
      for (const program of programs) await program.stop();
      await redis.remove();
      rmSync(folder, { recursive: true });
    });

    const at = (host: Program, method: string, path: string, call: Call = {}): Promise<Answer> =>
      send(`${host.url}${path}`, method, { token: prepared.token, ...call });

    const logged = async (type: string) => {
      const log = SqliteEventLog.open({ folder });
      try {
        return await eventsIn(log, type);
      } finally {
        await log.close();
      }
    };

    it('read at one what was written at the other, though a worker computes it', async () => {
      const body = { term: 'Nausea', onset: '2024-03-05' };
      const path = `/trials/${trial}/participants/${prepared.participant}/adverse-events`;
      const written = await at(one, 'POST', path, { body });
      expect(written.status).toBe(201);
      const read = await at(two, 'GET', `${path}?after=${written.body.position}`);
      expect(read.status).toBe(200);
      expect(JSON.stringify(read.body)).toContain('Nausea');
    });

    it('take at one the token of a login at the other', async () => {
      const login = await at(one, 'POST', '/auth/login', { ...passwordOf(prepared), token: undefined });
      expect(login.status).toBe(200);
      const token = login.body.accessToken as string;
      expect((await at(two, 'GET', `/trials/${trial}/sites/01`, { token })).status).toBe(200);
      expect((await at(two, 'POST', '/auth/renew', { token })).status).toBe(200);
    });

    it('do a command once that both get under one key, and answer alike', async () => {
      const headers = { 'idempotency-key': '5f1c6ed4-0d0f-4b0e-9d5b-6f6d1f3c2a10' };
      const body = { term: 'Headache', onset: '2024-03-05' };
      const path = `/trials/${trial}/participants/${prepared.participant}/adverse-events`;
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, index) => at(index % 2 ? one : two, 'POST', path, { headers, body })),
      );
      expect(answers.map(({ status }) => status).filter(status => status !== 201 && status !== 200)).toEqual(
        [],
      );
      expect(new Set(answers.map(each => each.body.ids.adverseEvent)).size).toBe(1);
      const reports = await logged('AdverseEventReported');
      expect(reports.filter(({ data }) => data.term === 'Headache')).toHaveLength(1);
    });

    it('give each number once, whatever each of them has in its memory of the stream', async () => {
      const path = `/trials/${trial}/sites/01/participant-numbers`;
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => at(index % 2 ? one : two, 'POST', path, { body: {} })),
      );
      expect(answers.map(({ status }) => status).filter(status => status !== 201)).toEqual([]);
      expect(new Set(answers.map(({ body }) => body.ids.participant)).size).toBe(40);
    });

    it('write each read into one journal', async () => {
      const before = (await logged('RecordRead')).length;
      const path = `/trials/${trial}/participants/${prepared.participant}`;
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) => at(index % 2 ? one : two, 'GET', path)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect((await logged('RecordRead')).length - before).toBe(60);
      const log = SqliteEventLog.open({ folder });
      expect((await verifyLog(log)).problems).toEqual([]);
      await log.close();
    });

    it('tell who listens at one of them what was recorded at the other', async () => {
      const headers = { authorization: `Bearer ${prepared.officer}` };
      const stream = await fetch(`${two.url}/trials/${trial}/alerts/stream`, { headers });
      const { path, body } = seriousRequest(prepared.participant, prepared.adverseEvent);
      expect((await at(one, 'POST', `/trials/${trial}${path}`, { body })).status).toBe(201);
      let text = '';
      for await (const chunk of stream.body!) {
        text += Buffer.from(chunk as Uint8Array).toString();
        if (text.includes('event: ')) break;
      }
      expect(text).toMatch(/event: AlertRaised\ndata: .*"kind":"sae"/);
    });

    it('count failed logins together, and each for itself while Redis is away', async () => {
      const wrong = { ...passwordOf(prepared, 'not the password'), token: undefined };
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 12; attempt++) {
        statuses.push((await at(attempt % 2 ? one : two, 'POST', '/auth/login', wrong)).status);
      }
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
      expect((await redis.redis.keys('trial-ledger:login:*')).join()).not.toMatch(/127\.0\.0|coordinator/);
      await redis.kill();
      await comesAbout(async () => (await one.health()).status === 'degraded');
      expect((await at(one, 'POST', '/auth/login', wrong)).status).toBe(401);
      await redis.restart();
      await comesAbout(async () => (await one.health()).status === 'ready');
    });
  },
  'its own',
);

describeWithPostgres('two hosts whose secrets are in PostgreSQL', () => {
  it('take each other’s tokens and passwords, and leave nothing secret in the data folder', async () => {
    const [database, folder] = [await ownDatabase(), newFolder()];
    const vault = await PostgresVault.open({ url: database.url });
    const prepared = await prepare(folder, vault);
    const environment = { LEDGER_DATA: folder, LEDGER_ROLE: 'api', SECRETS_URL: database.url };
    const [one, two] = [await Program.start('api', environment), await Program.start('api', environment)];
    const login = await send(`${one.url}/auth/login`, 'POST', passwordOf(prepared));
    expect(login.status).toBe(200);
    const token = login.body.accessToken as string;
    expect((await send(`${two.url}/trials/${trial}/sites/01`, 'GET', { token })).status).toBe(200);
    expect(readdirSync(folder).filter(name => !/^(events|views)\.sqlite/.test(name))).toEqual([]);
    for (const program of [one, two]) await program.stop();
    await database.remove();
    rmSync(folder, { recursive: true });
  });
});
