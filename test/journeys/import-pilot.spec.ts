import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Query } from '@platform/commands';
import { importSdtm, type ImportReport } from '@trial/interchange';
import { ListScreeningLog } from '@trial/participants';
import { ListAdverseEvents } from '@trial/safety';
import { ownerCaller, settle, withLedger, type Session } from '../../apps/cli/src/session';
import { describeWithTestData, rowsOfTable, testData } from '../support/test-data';

const trial = 'CDISCPILOT01';
const table = (domain: string): Record<string, string>[] => rowsOfTable('cdisc-pilot', `${domain}.csv.gz`);

/** How often each value of a variable stands in some rows. */
const tally = (
  rows: readonly Record<string, string>[],
  of: (row: Record<string, string>) => string,
): Record<string, number> =>
  rows.reduce<Record<string, number>>(
    (counts, row) => ({ ...counts, [of(row)]: (counts[of(row)] ?? 0) + 1 }),
    {},
  );

describeWithTestData('cdisc-pilot', 'the pilot study, imported from its SDTM tables', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-pilot-'));
  const run = (session: Session): Promise<ImportReport> =>
    importSdtm({ gate: session.gate, folder: testData('cdisc-pilot'), zone: 'America/New_York' });
  let first: ImportReport;

  beforeAll(async () => {
    first = await withLedger({ dataFolder: folder }, run);
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads every row and refuses none', () => {
    const domains = ['dm', 'sv', 'lb', 'vs', 'ds', 'ex', 'ae', 'suppdm', 'suppae', 'suppds'];
    expect(first.rows).toEqual(Object.fromEntries(domains.map(domain => [domain, table(domain).length])));
    expect(first.rowsRefused).toBe(0);
  });

  it('accounts for the subjects, dispositions, exposures and adverse events that the files hold', () => {
    const dm = table('dm');
    const notEnrolled = dm.filter(({ ARMCD }) => ARMCD === 'Scrnfail').length;
    expect(first).toMatchObject({
      participants: dm.length,
      enrolled: dm.length - notEnrolled,
      screenFailures: table('ds').filter(({ DSDECOD }) => DSDECOD === 'SCREEN FAILURE').length,
      dispositions: table('ds').length,
      administrations: table('ex').length,
      adverseEvents: table('ae').length,
    });
    expect([first.participants, first.screenFailures, first.adverseEvents]).toEqual([306, 52, 1_191]);
  });

  it('flags what contradicts itself and keeps it as it stands', () => {
    const rules = tally(first.flags as unknown as Record<string, string>[], ({ rule = '' }) => rule);
    const dm = table('dm').filter(({ ARMCD, ACTARMCD }) => ARMCD !== ACTARMCD);
    const ae = table('ae');
    const criteria = ['AESDTH', 'AESLIFE', 'AESHOSP', 'AESDISAB', 'AESCONG'];
    const met = (row: Record<string, string>): boolean => criteria.some(variable => row[variable] === 'Y');
    const contradicting = ae.filter(
      row => (row.AESER === 'N' && met(row)) || (row.AESER === 'Y' && !met(row)),
    );
    expect(rules).toEqual({
      'IMPORT-OTHER-ARM': dm.length,
      'IMPORT-NO-END': table('ex').filter(({ EXENDTC }) => EXENDTC === '').length,
      'IMPORT-SERIOUSNESS': contradicting.length,
    });
    expect(contradicting.filter(({ AESER, AESDTH }) => AESER === 'N' && AESDTH === 'Y')).toHaveLength(3);
  });

  it('adds nothing when it is run again, and every view answers with the same counts', async () => {
    await withLedger({ dataFolder: folder, follow: true }, async session => {
      const second = await run(session);
      expect(second).toEqual({ ...first, eventsWritten: 0 });
      await settle(session);

      const participants = await all(session, ListScreeningLog, 'participants');
      expect(tally(participants, ({ status = '' }) => status)).toEqual(statusesOf(table('ds')));
      expect(tally(participants, ({ site = '' }) => site)).toEqual(
        tally(table('dm'), ({ SITEID = '' }) => SITEID),
      );

      const adverseEvents = await all(session, ListAdverseEvents, 'adverseEvents');
      expect(adverseEvents).toHaveLength(1_191);
      expect(tally(adverseEvents, ({ term = '' }) => term)).toEqual(
        tally(table('ae'), ({ AETERM = '' }) => AETERM),
      );
    });
  }, 600_000);
});

/** Where each subject ended, by the disposition events of the file. */
function statusesOf(ds: readonly Record<string, string>[]): Record<string, number> {
  const words: Record<string, string> = {
    COMPLETED: 'completed',
    DEATH: 'died',
    'LOST TO FOLLOW-UP': 'lostToFollowUp',
    'SCREEN FAILURE': 'screenFailure',
  };
  const events = ds.filter(({ DSCAT }) => DSCAT === 'DISPOSITION EVENT');
  return tally(events, ({ DSDECOD = '' }) => words[DSDECOD] ?? 'withdrawnFromTreatment');
}

/** All rows of a list, page by page. */
async function all(session: Session, list: new () => Query, name: string): Promise<Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for (let cursor: string | undefined; ;) {
    const query = Object.assign(new list(), { limit: 200, cursor });
    const asking = { caller: ownerCaller(), target: { trial } };
    const page = await session.gate.ask<Record<string, never>>(query, asking);
    rows.push(...(page[name] as unknown as Record<string, string>[]));
    if (page.next === undefined) return rows;
    cursor = page.next;
  }
}
