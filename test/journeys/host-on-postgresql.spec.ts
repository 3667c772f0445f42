import { mkdtempSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filled, Gate } from '@platform/commands';
import { SqliteEventLog } from '@platform/event-log';
import { driftOf, openPostgresViews } from '@platform/views';
import { AccountOpening, operatorCaller } from '@trial/access';
import { SelectSite } from '@trial/sites';
import { startHost, type Host } from '../../apps/api/src/host';
import { allViews } from '../../apps/composition/src/contexts';
import { describeWithPostgres, ownSchema } from '../support/postgresql/server';
import { send } from '../support/running-ledger';

const trial = 'NCT05794425';

describeWithPostgres('hosts with their views in PostgreSQL', () => {
  it('read what the other one has written, whichever moves the views, and go on when one stops', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
    const schema = ownSchema();
    const configuration = {
      ...{ dataFolder: folder, host: '127.0.0.1', port: 0, trustProxy: false, viewsUrl: schema.url },
      logLevel: 'silent',
    } as const;
    const [one, two] = [await startHost(configuration), await startHost(configuration)];
    const roles = [{ role: 'coordinator', trial, sites: 'all' }] as const;
    const account = { user: 'coordinator-01', printedName: 'Test account 01', roles, temporary: false };
    const opened = await one.app.get(AccountOpening).open(account);
    const { accessToken: token } = (await send(`${one.url}/auth/login`, 'POST', { body: opened })).body;
    const select = async (host: Host, site: string): Promise<string> => {
      const submission = { caller: operatorCaller(), source: 'person', target: { trial, site } } as const;
      const command = filled(SelectSite, { name: `Hospital ${site}`, zone: 'Asia/Shanghai' });
      return (await host.app.get(Gate).submit(command, submission)).position;
    };
    const sitesAt = async (host: Host, after: string): Promise<readonly string[]> => {
      const { body } = await send(`${host.url}/trials/${trial}/sites?after=${after}`, 'GET', { token });
      return body.sites.map(({ site }: { site: string }) => site);
    };

    expect(await sitesAt(two, await select(one, '01'))).toEqual(['01']);
    expect(await sitesAt(one, await select(two, '02'))).toEqual(['01', '02']);
    await one.stop();
    expect(await sitesAt(two, await select(two, '03'))).toEqual(['01', '02', '03']);
    await two.stop();

    expect(existsSync(join(folder, 'views.sqlite'))).toBe(false);
    const [log, database] = [SqliteEventLog.open({ folder }), await openPostgresViews({ url: schema.url })];
    expect(await driftOf({ log, database, views: allViews })).toMatchObject({ drifts: [], absent: [] });
    await database.close();
    await log.close();
    await schema.remove();
    rmSync(folder, { recursive: true, force: true });
  });
});
