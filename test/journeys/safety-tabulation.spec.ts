import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { importSdtm } from '@trial/interchange';
import { ReadSafetyTabulation, type SafetyTabulation } from '@trial/safety';
import { ownerCaller, settle, withLedger } from '../../apps/cli/src/session';
import { describeWithTestData, rowsOfTable, testData } from '../support/test-data';
import { days, RunningTrial, zone } from '../support/trial';

const pilot = 'CDISCPILOT01';

/* The counts of a published study, told from its files by a few lines that know nothing of this software. */

type Row = Record<string, string>;
const table = (domain: string): Row[] => rowsOfTable('cdisc-pilot', `${domain}.csv.gz`);

/** ISO dates at the coarser of two precisions: ADaM's comparison of ASTDT and TRTSDT, with partial dates kept. */
const isBefore = (date: string, other: string): boolean => {
  const shared = Math.min(date.length, other.length);
  return date !== '' && date.slice(0, shared) < other.slice(0, shared);
};

class Counted {
  private readonly subjects = new Map(table('dm').map(row => [row.USUBJID!, row]));
  private readonly firstDose = new Map<string, string>();
  private readonly flags: Map<string, string>;
  readonly events = table('ae');

  constructor(readonly arm: 'ARMCD' | 'ACTARMCD') {
    for (const { USUBJID = '', EXSTDTC = '' } of table('ex')) {
      const known = this.firstDose.get(USUBJID);
      if (known === undefined || EXSTDTC < known) this.firstDose.set(USUBJID, EXSTDTC);
    }
    const supplemental = table('suppae').filter(({ QNAM }) => QNAM === 'AETRTEM');
    this.flags = new Map(supplemental.map(row => [`${row.USUBJID} ${row.IDVARVAL}`, row.QVAL!]));
  }

  isDerived = ({ USUBJID = '', AESTDTC = '', AEENDTC = '' }: Row): boolean => {
    const first = this.firstDose.get(USUBJID)!;
    return !isBefore(AESTDTC, first) && !isBefore(AEENDTC, first);
  };

  isFlagged = ({ USUBJID, AESEQ }: Row): boolean => this.flags.get(`${USUBJID} ${Number(AESEQ)}`) === 'Y';

  population(): Record<string, number> {
    return this.tally([...this.firstDose.keys()]);
  }

  private tally(subjects: readonly string[]): Record<string, number> {
    const counts: Record<string, number> = { total: subjects.length };
    for (const subject of subjects) {
      const arm = this.subjects.get(subject)![this.arm]!;
      counts[arm] = (counts[arm] ?? 0) + 1;
    }
    return counts;
  }

  /** `participants/events` of each arm and in all. */
  of(holds: (row: Row) => boolean): Record<string, string> {
    const rows = this.events.filter(holds);
    const events = this.tally(rows.map(({ USUBJID = '' }) => USUBJID));
    const people = this.tally([...new Set(rows.map(({ USUBJID = '' }) => USUBJID))]);
    return Object.fromEntries(Object.entries(events).map(([arm, count]) => [arm, `${people[arm]}/${count}`]));
  }
}

/** The same words for a row of the table. */
const figuresOf = (
  { columns }: SafetyTabulation,
  { cells }: SafetyTabulation['rows'][number] | SafetyTabulation['overview'][number],
): Record<string, string> =>
  Object.fromEntries(
    columns.flatMap(({ arm, total }, index) => {
      const { participants, events } = cells[index]!;
      return events === 0 && !total
        ? []
        : [[total ? 'total' : String(arm), `${participants}/${events}`] as const];
    }),
  );

const populationOf = ({ columns }: SafetyTabulation): Record<string, number> =>
  Object.fromEntries(columns.map(({ arm, total, participants }) => [total ? 'total' : arm, participants]));

describeWithTestData('cdisc-pilot', 'the safety table of the pilot study', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trial-ledger-tabulation-'));
  const source = mkdtempSync(join(tmpdir(), 'trial-ledger-tabulation-source-'));
  const answers = new Map<string, SafetyTabulation>();
  const questions = {
    actual: {},
    planned: { arm: 'planned' },
    source: { emergence: 'source' },
    before: { emergent: 'false' },
    serious: { serious: 'true' },
    related: { related: 'true', by: 'term,severity' },
    site: { site: '701' },
  } as const;
  const answer = (name: keyof typeof questions): SafetyTabulation => answers.get(name)!;

  beforeAll(async () => {
    // Its laboratory results and vital signs say nothing of adverse events, and are most of its rows.
    for (const domain of ['ts', 'ta', 'te', 'ti', 'tv', 'dm', 'ds', 'ex', 'ae', 'suppae'])
      copyFileSync(testData('cdisc-pilot', `${domain}.csv.gz`), join(source, `${domain}.csv.gz`));
    await withLedger({ dataFolder: folder, follow: true }, async session => {
      await importSdtm({ gate: session.gate, folder: source, zone: 'America/New_York' });
      await settle(session);
      for (const [name, question] of Object.entries(questions)) {
        const query = Object.assign(new ReadSafetyTabulation(), question);
        const asking = { caller: ownerCaller(), target: { trial: pilot } };
        answers.set(name, await session.gate.ask<SafetyTabulation>(query, asking));
      }
    });
  });

  afterAll(() => {
    for (const each of [folder, source]) rmSync(each, { recursive: true, force: true });
  });

  describe.each([
    ['actual', 'ACTARMCD'],
    ['planned', 'ARMCD'],
  ] as const)('by the %s arm', (name, variable) => {
    let counted: Counted;
    const emergent = (holds: (row: Row) => boolean) =>
      counted.of(row => counted.isDerived(row) && holds(row));

    beforeAll(() => {
      counted = new Counted(variable);
    });

    it('has the denominators and the overview of the files', () => {
      const { overview } = answer(name);
      expect(populationOf(answer(name))).toEqual(counted.population());
      const row = (of: string, severity?: string) =>
        figuresOf(
          answer(name),
          overview.find(each => each.row === of && each.severity === severity)!,
        );
      expect(row('any')).toEqual(emergent(() => true));
      expect(row('serious')).toEqual(emergent(({ AESER }) => AESER === 'Y'));
      expect(row('related')).toEqual(emergent(({ AEREL }) => !['NONE', 'REMOTE'].includes(AEREL!)));
      expect(row('fatal')).toEqual(emergent(({ AEOUT, AESDTH }) => AEOUT === 'FATAL' || AESDTH === 'Y'));
      expect(row('withdrawn')).toEqual({ total: '0/0' });
      const order = ['SEVERE', 'MODERATE', 'MILD'];
      for (const severity of order) {
        const graver = order.slice(0, order.indexOf(severity));
        const topped = new Set(
          counted.events
            .filter(each => counted.isDerived(each) && graver.includes(each.AESEV!))
            .map(({ USUBJID }) => USUBJID),
        );
        const people = emergent(each => each.AESEV === severity && !topped.has(each.USUBJID));
        const events = emergent(({ AESEV }) => AESEV === severity);
        const shown = row('severity', severity);
        const halves = (figures: Record<string, string>, half: number) =>
          Object.fromEntries(Object.entries(figures).map(([arm, both]) => [arm, both.split('/')[half]]));
        expect(halves(shown, 0)).toEqual(halves(people, 0));
        expect(halves(shown, 1)).toEqual(halves(events, 1));
      }
    });

    it('has each class and each term of the files, and no other', () => {
      const { rows } = answer(name);
      const events = counted.events.filter(counted.isDerived);
      const pairs = new Set(events.map(({ AEBODSYS, AEDECOD }) => `${AEBODSYS} > ${AEDECOD}`));
      const classes = new Set(events.map(({ AEBODSYS }) => AEBODSYS));
      expect(rows).toHaveLength(pairs.size + classes.size);
      for (const row of rows) {
        const { soc, term } = row;
        const expected = emergent(
          ({ AEBODSYS, AEDECOD }) => AEBODSYS === soc && (term === undefined || AEDECOD === term),
        );
        expect({ soc, term, figures: figuresOf(answer(name), row) }).toEqual({
          soc,
          term,
          figures: expected,
        });
      }
      expect(
        rows.filter(({ term }) => term === undefined).map(({ cells }) => cells.at(-1)!.participants),
      ).toEqual(
        rows
          .filter(({ term }) => term === undefined)
          .map(({ cells }) => cells.at(-1)!.participants)
          .toSorted((a, b) => b - a),
      );
    });
  });

  it('agrees with what was published of the study, by the arm that was planned', () => {
    expect(populationOf(answer('planned'))).toEqual({ Pbo: 86, Xan_Lo: 84, Xan_Hi: 84, total: 254 });
    const [any] = answer('planned').overview;
    expect(figuresOf(answer('planned'), any!)).toEqual({
      ...{ Pbo: '65/281', Xan_Lo: '77/412', Xan_Hi: '76/433', total: '218/1126' },
    });
  });

  it('counts as the source’s own flag does, and says that both agree', () => {
    const counted = new Counted('ACTARMCD');
    const [any] = answer('source').overview;
    expect(figuresOf(answer('source'), any!)).toEqual(counted.of(counted.isFlagged));
    expect(answer('source').emergenceDiffers).toBe(0);
    expect(answer('actual').rows).toEqual(answer('source').rows);
  });

  it('narrows to what is not emergent, serious, related, or of a site', () => {
    const counted = new Counted('ACTARMCD');
    const any = (name: keyof typeof questions) => figuresOf(answer(name), answer(name).overview[0]!);
    expect(any('before')).toEqual(counted.of(row => !counted.isDerived(row)));
    expect(any('serious')).toEqual(counted.of(row => counted.isDerived(row) && row.AESER === 'Y'));
    expect(any('related')).toEqual(
      counted.of(row => counted.isDerived(row) && !['NONE', 'REMOTE'].includes(row.AEREL!)),
    );
    expect(any('site')).toEqual(
      counted.of(row => counted.isDerived(row) && row.USUBJID!.startsWith('01-701-')),
    );
    // Three deaths are not serious by their own word.
    expect(answer('actual')).toMatchObject({
      left: { voided: 0, outsidePopulation: 0, filtered: 65 },
      seriousnessContradicts: counted.events.filter(row => counted.isDerived(row) && contradicts(row)).length,
    });
  });
});

const criteria = ['AESDTH', 'AESLIFE', 'AESHOSP', 'AESDISAB', 'AESCONG'];
const contradicts = (row: Row): boolean =>
  (row.AESER === 'Y') !== criteria.some(variable => row[variable] === 'Y');

describe('the safety table over HTTP', () => {
  let running: RunningTrial;

  beforeAll(async () => {
    running = await RunningTrial.start(['01', '02']);
    const coordinator = { role: 'coordinator' } as const;
    for (const site of ['01', '02']) {
      const participant = await running.enrolledAt(site);
      const on = (path: string, body: object) =>
        running.as(coordinator).then(({ post }) => post(`/participants/${participant}${path}`, body));
      const at = { at: days.decided, zone };
      await on('/treatment/drug-doses', { drug: 'CSA', dose: 200, unit: 'mg', frequency: 'BID', at });
      await on('/adverse-events', { term: `=Fever at ${site}`, onset: days.decided });
    }
    await running.ledger.settled();
  });

  afterAll(() => running.stop());

  it('of somebody of a site has the own site alone, and of the whole trial both', async () => {
    const read = async (site?: string) =>
      (await (await running.as({ role: 'investigator', site })).get('/safety-tabulation?by=term')).body;
    const [own, whole] = [await read('01'), await read()];
    expect(own.rows.map(({ term }: { term: string }) => term)).toEqual(['=Fever at 01']);
    expect(own.columns.at(-1).participants).toBe(1);
    expect(whole.columns.at(-1).participants).toBe(2);
    expect(whole.rows.map(({ term }: { term: string }) => term)).toEqual(['=Fever at 01', '=Fever at 02']);
  });

  it('answers as of a day before anything was known with an empty table', async () => {
    const { body } = await (await running.as({ role: 'monitor' })).get('/safety-tabulation?asOf=2024-03-01');
    expect(body).toMatchObject({ rows: [], columns: [{ total: true, participants: 0 }] });
  });

  it('comes as a file for a spreadsheet, in which no term is a formula', async () => {
    const { status, headers, body } = await (
      await running.as({ role: 'monitor' })
    ).get('/safety-tabulation?by=soc,term&format=csv');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toMatch(/filename="safety-tabulation-\d+\.csv"/);
    const lines: Row[] = parse(body as string, { columns: true });
    expect(lines[0]).toMatchObject({ section: 'population', 'total participants': '2' });
    expect(lines.find(({ row }) => row === 'any')).toMatchObject({
      ...{ 'total participants': '2', 'total percent': '100', 'total events': '2' },
    });
    expect(lines.map(({ term }) => term)).toContain("'=Fever at 01");
  });

  it('is refused to a role that reads no safety data', async () => {
    const { status } = await (await running.as({ role: 'pharmacist' })).get('/safety-tabulation');
    expect(status).toBe(403);
  });
});
