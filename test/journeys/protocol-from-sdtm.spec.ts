import { isRejection } from '@platform/kernel';
import { deriveFromSdtm, validateDefinition } from '@trial/protocol';
import { describeWithTestData, rowsOfTable } from '../support/test-data';

const table = (name: string) => rowsOfTable('cdisc-pilot', `${name}.csv.gz`);

describeWithTestData('cdisc-pilot', "the CDISC pilot study's own trial design tables", () => {
  const design = () => ({
    ts: table('ts'),
    ta: table('ta'),
    te: table('te'),
    ti: table('ti'),
    tv: table('tv'),
  });
  const derived = () => {
    const trial = deriveFromSdtm(design(), { zone: 'America/New_York' });
    if (isRejection(trial)) throw new Error(trial.reason);
    return trial;
  };

  it('give a definition that can be published', () => {
    const { trial, details, definition } = derived();
    expect(validateDefinition(definition)).toEqual([]);
    expect(trial).toBe('CDISCPILOT01');
    expect(details).toMatchObject({ registryNumber: 'CDISCPILOT01', sponsor: 'CDISCPILOT01' });
    expect(definition).toMatchObject({ phase: '2', studyType: 'not stated', enrollmentTarget: 300 });
    expect(definition.title).toContain('Xanomeline');
  });

  it('give three arms with what they receive', () => {
    expect(derived().definition.arms.map(({ code, interventions }) => [code, ...interventions])).toEqual([
      ['Pbo', 'PLACEBO'],
      ['Xan_Hi', 'XANOMELINE'],
      ['Xan_Lo', 'XANOMELINE'],
    ]);
    expect(derived().definition.arms[1]?.sourceNote).toBe(
      'Elements in their order: Screen (Screening), High_Start for P2W (Treatment), ' +
        'High_Middle for P22W (Treatment), High_End for P2W (Treatment).',
    );
  });

  it('give every criterion and every visit of their rows', () => {
    const { definition } = derived();
    const { ti, tv } = design();
    expect(definition.criteria.map(({ id, text }) => [id, text])).toEqual(
      ti.map(row => [row.IETESTCD, row.IETEST]),
    );
    expect(definition.criteria.filter(({ type }) => type === 'inclusion')).toHaveLength(8);
    expect(
      definition.visits.map(({ code, studyDay }) => [code, studyDay === undefined ? '' : `${studyDay}`]),
    ).toEqual(tv.map(row => [row.VISITNUM, row.VISITDY]));
  });

  it('lose nothing of TS: what has no place of its own is a source note', () => {
    const { definition, notMapped } = derived();
    expect(new Set(notMapped.map(({ domain }) => domain))).toEqual(new Set(['TS']));
    expect(definition.sourceNotes).toHaveLength(notMapped.length);
    expect(definition.sourceNotes).toContain('TS AGEMIN (Planned Minimum Age of Subjects): 50 years');
    const words = JSON.stringify(derived());
    const kept = design().ts.filter(({ TSPARMCD }) => TSPARMCD !== 'TPHASE');
    for (const { TSVAL = '' } of kept)
      expect(words).toContain(JSON.stringify(TSVAL).slice(1, 60).replace(/"$/, ''));
  });
});
