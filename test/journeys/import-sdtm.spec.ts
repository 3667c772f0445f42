import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@platform/event-log/testing';
import { importSdtm, ImportRefused, type ImportReport } from '@trial/interchange';
import { ListDeviations, ReadParticipant } from '@trial/participants';
import { ListAdverseEvents } from '@trial/safety';
import type { Query } from '@platform/commands';
import { ownerCaller, settle, withLedger, type Session } from '../../apps/cli/src/session';

const trial = 'SMALL01';
const zone = 'Asia/Shanghai';

/** A table from a header and rows, as a file of a study would hold it. */
const csv = (header: string, ...rows: readonly string[]): string => [header, ...rows, ''].join('\n');

const dm = csv(
  'STUDYID,DOMAIN,USUBJID,SUBJID,SITEID,RFSTDTC,DMDTC,AGE,AGEU,SEX,ARMCD,ACTARMCD,DTHFL,DTHDTC',
  'SMALL01,DM,S-01-1,1,01,2014-01-02,2013-12-26,63,YEARS,F,A,A,,',
  'SMALL01,DM,S-01-2,2,01,,2014-01-05,70,YEARS,M,SCRNFAIL,SCRNFAIL,,',
  'SMALL01,DM,S-02-1,1,02,2014-02-01,2014-01-20,58,YEARS,F,A,A,Y,2014-06',
);

const small = {
  'dm.csv': dm,
  'ti.csv': csv('STUDYID,IETESTCD,IETEST,IECAT', 'SMALL01,INCL01,At least 50 years of age,INCLUSION'),
  'ta.csv': csv('STUDYID,ARMCD,ARM,TAETORD,ETCD,ELEMENT', 'SMALL01,A,Arm A,1,TRT,Treatment'),
  'ie.csv': csv(
    'STUDYID,DOMAIN,USUBJID,IESEQ,IETESTCD,IETEST,IECAT,IEORRES,IEDTC',
    'SMALL01,IE,S-01-2,1,INCL01,At least 50 years of age,INCLUSION,N,2014-01-05',
    'SMALL01,IE,S-01-2,2,INCL01,At least 50 years of age,INCLUSION,perhaps,2014-01-05',
  ),
  'ds.csv': csv(
    'STUDYID,DOMAIN,USUBJID,DSSEQ,DSTERM,DSDECOD,DSCAT,DSSTDTC',
    'SMALL01,DS,S-01-2,1,SCREEN FAILURE,SCREEN FAILURE,DISPOSITION EVENT,2014-01-06',
    'SMALL01,DS,S-01-1,1,PROTOCOL COMPLETED,COMPLETED,DISPOSITION EVENT,2014-07-02',
  ),
  'dv.csv': csv(
    'STUDYID,DOMAIN,USUBJID,DVSEQ,DVTERM,DVCAT,DVSTDTC',
    'SMALL01,DV,S-01-1,1,Visit out of window,PROTOCOL,2014-03-04',
    'SMALL01,DV,S-01-1,2,Informed consent form outdated,CONSENT,',
  ),
  'lb.csv': csv(
    'STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBORRES,LBORRESU,LBDTC',
    'SMALL01,LB,S-01-1,1,ALT,38,U/L,2013-12-26T14:45',
    'SMALL01,LB,S-01-1,2,ALT,40,wands,2014-01-26',
    'SMALL01,LB,S-01-1,3,ALT,41,U/L,2014-02-30',
    'SMALL01,LB,S-01-1,1,ALT,38,U/L,2013-12-26T14:45',
    'SMALL01,LB,,4,ALT,42,U/L,2014-02-27',
    'SMALL01,LB,S-09-9,5,ALT,42,U/L,2014-02-27',
    'SMALL01,LB,S-01-1,6,BILI,<0.2,mg/dL,2014-02',
  ),
  'ae.csv': csv(
    'STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AEDECOD,AESEV,AESER,AESDTH,AEREL,AEOUT,AESTDTC',
    'SMALL01,AE,S-02-1,1,Heart failure,CARDIAC FAILURE,SEVERE,N,Y,PROBABLE,FATAL,2014-06',
    'SMALL01,AE,S-01-1,1,Rash,RASH,SPOTTY,N,N,NONE,RECOVERED/RESOLVED,2014-01-03',
    'SMALL01,AE,S-01-1,2,Rash,RASH,MILD,N,N,NONE,RECOVERED/RESOLVED,2014-01-03',
  ),
};

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder().path, 'study');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const run = ({ gate }: Session, files: Readonly<Record<string, string>>): Promise<ImportReport> =>
  importSdtm({ gate, folder: folderOf(files), zone });

// oxlint-disable-next-line typescript/no-explicit-any -- a test looks into any shape of answer
const ask = (session: Session, query: Query, target: Record<string, string> = { trial }): Promise<any> =>
  session.gate.ask(query, { caller: ownerCaller(), target });

describe('a small study with broken rows', () => {
  const dataFolder = temporaryFolder().path;
  let report: ImportReport;

  beforeAll(async () => {
    report = await withLedger({ dataFolder }, session => run(session, small));
  });

  it('takes in what is right', () => {
    expect(report).toMatchObject({
      trial,
      participants: 3,
      enrolled: 2,
      screenFailures: 1,
      adverseEvents: 2,
      dispositions: 2,
    });
    expect(report.rows).toEqual({ dm: 3, ie: 2, ds: 2, dv: 2, lb: 7, ae: 3 });
  });

  it('refuses each wrong row by itself, with its file, line and rule', () => {
    expect(report.refused.map(({ file, line, rule }) => `${file}:${line} ${rule}`).toSorted()).toEqual(
      [
        'ae.csv:3 IMPORT-TERM',
        'dv.csv:3 IMPORT-MISSING',
        'ie.csv:3 IMPORT-FLAG',
        'lb.csv:3 IMPORT-UNIT',
        'lb.csv:4 IMPORT-DATE',
        'lb.csv:5 IMPORT-DUPLICATE',
        'lb.csv:6 IMPORT-MISSING',
        'lb.csv:7 IMPORT-SUBJECT',
      ].toSorted(),
    );
    expect(report.rowsRefused).toBe(8);
  });

  it('flags what contradicts itself, and keeps it', () => {
    expect(report.flags.map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual([
      'ae.csv:2 IMPORT-SERIOUSNESS',
    ]);
  });

  it('answers with what the files said, partial dates and bounds as they stand', async () => {
    await withLedger({ dataFolder, follow: true }, async session => {
      await settle(session);
      const person = await ask(session, new ReadParticipant(), { trial, participant: '01-1' });
      const values = person.entries
        .filter(({ type }: { type: string }) => type === 'LaboratoryResultRecorded')
        .map(({ data }: { data: object }) => data);
      expect(values).toEqual([
        expect.objectContaining({
          analyte: 'ALT',
          quantity: { value: 38, unit: 'U/L' },
          collectedAt: '2013-12-26T14:45',
        }),
        expect.objectContaining({
          analyte: 'BILI',
          quantity: { value: 0.2, unit: 'mg/dL' },
          bound: 'below',
          collectedAt: '2014-02',
        }),
      ]);
      const died = await ask(session, new ReadParticipant(), { trial, participant: '02-1' });
      expect(died.status).toMatchObject({ status: 'died', since: '2014-06' });
      const { deviations } = await ask(session, new ListDeviations());
      expect(deviations.filter(({ rule }: { rule: string }) => rule === 'IMPORT-DV')).toHaveLength(1);
      const { adverseEvents } = await ask(
        session,
        Object.assign(new ListAdverseEvents(), { participant: '02-1' }),
      );
      expect(adverseEvents).toEqual([
        expect.objectContaining({ term: 'Heart failure', onset: '2014-06', outcome: 'fatal' }),
      ]);
    });
  });

  it('adds nothing a second time, and refuses a row that changed under its key', async () => {
    await withLedger({ dataFolder }, async session => {
      expect(await run(session, small)).toEqual({ ...report, eventsWritten: 0 });
      const changed = { ...small, 'lb.csv': small['lb.csv'].replace('ALT,38,U/L', 'ALT,39,U/L') };
      const second = await run(session, changed);
      expect(second.eventsWritten).toBe(0);
      expect(second.refused).toContainEqual(
        expect.objectContaining({ file: 'lb.csv', line: 2, rule: 'IMPORT-KEY-CHANGED' }),
      );
      const more = { ...small, 'lb.csv': `${small['lb.csv']}SMALL01,LB,S-01-1,7,AST,30,U/L,2014-03-01\n` };
      expect((await run(session, more)).eventsWritten).toBe(1);
    });
  });

  it('refuses a folder without subjects as a whole', async () => {
    await withLedger({ dataFolder }, async session => {
      await expect(run(session, { 'ae.csv': small['ae.csv'] })).rejects.toThrow(ImportRefused);
    });
  });
});
