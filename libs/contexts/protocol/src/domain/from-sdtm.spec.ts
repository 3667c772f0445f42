import { isRejection } from '@platform/kernel';
import { deriveFromSdtm, type DerivedTrial, type SdtmRow, type SdtmTrialDesign } from './from-sdtm';
import { defineTrial, publishProtocolVersion, trialDecider } from './trial';
import { validateDefinition } from './validate-definition';

const zone = 'America/New_York';
const rows = (fields: string, ...lines: string[]): SdtmRow[] =>
  lines.map(line => {
    const values = line.split('|');
    return Object.fromEntries([
      ['STUDYID', 'STUDY1'],
      ...fields.split('|').map((name, at) => [name, values[at] ?? ''] as const),
    ]);
  });

const ts = (...lines: string[]) => rows('TSPARMCD|TSPARM|TSVAL|TSVALNF', ...lines);
const ta = (...lines: string[]) => rows('ARMCD|ARM|TAETORD|ETCD|ELEMENT|EPOCH', ...lines);
const ti = (...lines: string[]) => rows('IETESTCD|IETEST|IECAT|TIRL|TIVERS', ...lines);
const tv = (...lines: string[]) => rows('VISITNUM|VISIT|VISITDY', ...lines);

const empty: SdtmTrialDesign = { ts: [], ta: [], te: [], ti: [], tv: [] };
const summary = ts('TITLE|Trial Title|A small study', 'TRT|Therapy|Newdrug', 'COMPTRT|Comparator|Placebo');

function derived(design: Partial<SdtmTrialDesign>): DerivedTrial {
  const trial = deriveFromSdtm({ ...empty, ts: summary, ...design }, { zone });
  if (isRejection(trial)) throw new Error(trial.reason);
  return trial;
}

describe('a trial derived from SDTM tables', () => {
  it('has its details and words from TS, and keeps as notes what has no other place', () => {
    const { trial, details, definition, notMapped } = derived({
      ts: ts(
        'TITLE|Trial Title|A small study',
        'SPONSOR|Sponsor|A sponsor',
        'REGID|Registry Identifier|NCT00000001',
        'REGID|Registry Identifier|EUCT-1',
        'FCNTRY|Country|USA',
        'SSTDTC|Start|2013-08',
        'SENDTC|End|soon',
        'TPHASE|Phase|PHASE I/II TRIAL',
        'STYPE|Study Type|INTERVENTIONAL',
        'PLANSUB|Planned Number|300',
        'OBJPRIM|Objective|To learn something.',
        'OUTMSPRI|Primary Outcome|Survival',
        'AGEMIN|Minimum Age|P50Y',
        'AGEMAX|Maximum Age||PINF',
        'LENGTH|Length|',
      ),
    });
    expect(trial).toBe('STUDY1');
    expect(details).toEqual({
      registryNumber: 'NCT00000001',
      otherIds: ['EUCT-1'],
      title: 'A small study',
      sponsor: 'A sponsor',
      collaborators: [],
      locations: [],
      country: 'USA',
      zone,
      plannedDates: { start: '2013-08' },
    });
    expect(definition).toMatchObject({
      version: '1',
      phase: '1/2',
      studyType: 'interventional',
      purpose: 'To learn something.',
      enrollmentTarget: 300,
      outcomes: [{ type: 'primary', measure: 'Survival', timeFrame: 'not stated' }],
    });
    expect(definition.sourceNotes).toEqual([
      'TS SENDTC (End): soon',
      'TS AGEMIN (Minimum Age): P50Y',
      'TS AGEMAX (Maximum Age): PINF',
    ]);
    expect(notMapped.map(({ domain, row, value }) => [domain, row, value])).toEqual([
      ['TS', 7, 'SENDTC: soon'],
      ['TS', 13, 'AGEMIN: P50Y'],
      ['TS', 14, 'AGEMAX: PINF'],
    ]);
  });

  it('names no country of several', () => {
    const { details, notMapped } = derived({ ts: ts('FCNTRY|Country|USA', 'FCNTRY|Country|CAN') });
    expect(details.country).toBeUndefined();
    expect(notMapped.map(({ value }) => value)).toEqual(['FCNTRY: USA', 'FCNTRY: CAN']);
  });

  it('says of a phase only what the source says', () => {
    const phase = (text: string) => derived({ ts: ts(`TPHASE|Phase|${text}`) }).definition.phase;
    expect(['Phase II Trial', 'PHASE III TRIAL', 'Phase IIII', 'NOT APPLICABLE', ''].map(phase)).toEqual([
      '2',
      '3',
      'Phase IIII',
      'NOT APPLICABLE',
      'not stated',
    ]);
  });

  it.each(['', 'about 300', '-3', '0', '1e3'])('has no target when it is planned as "%s"', count => {
    const { definition } = derived({ ts: ts(`PLANSUB|Planned Number|${count}`) });
    expect(definition.enrollmentTarget).toBeUndefined();
    expect(validateDefinition(definition)).toEqual([]);
  });

  it('has its arms from TA in the order of their elements, and links what they name', () => {
    const { definition, notMapped } = derived({
      te: rows('ETCD|TEDUR', 'HIGH|P22W'),
      ta: ta(
        'HI|Newdrug High|2|HIGH|High dose|Treatment',
        'HI|Newdrug High|1|SCR|Screen|Screening',
        'PBO|Placebo|1|PB|Patch|Treatment',
        'OBS|Observation|1|OB|Watch|Treatment',
        '|No code|1|X|X|X',
      ),
    });
    expect(definition.arms).toEqual([
      {
        code: 'HI',
        name: 'Newdrug High',
        interventions: ['NEWDRUG'],
        sourceNote: 'Elements in their order: Screen (Screening), High dose for P22W (Treatment).',
      },
      expect.objectContaining({ code: 'PBO', interventions: ['PLACEBO'] }),
      expect.objectContaining({ code: 'OBS', interventions: [] }),
    ]);
    expect(notMapped.map(({ row, value }) => [row, value])).toEqual([
      [5, ''],
      [undefined, 'OBS: Observation'],
    ]);
  });

  it('says of doses what TS says, in its words', () => {
    const { definition } = derived({
      ts: [
        ...summary,
        ...ts('DOSE|Dose|54', 'DOSE|Dose|81', 'DOSU|Unit|mg', 'DOSFRQ|Frequency|QD', 'ROUTE|R|ORAL'),
      ],
    });
    expect(definition.interventions).toEqual([
      {
        kind: 'drug',
        code: 'NEWDRUG',
        product: 'Newdrug',
        schedule: 'QD, ORAL',
        sourceNote: 'Dose for each administration, by TS: 54, 81, mg.',
      },
      { kind: 'drug', code: 'PLACEBO', product: 'Placebo', schedule: 'not stated' },
    ]);
  });

  it('has an attested criterion for each row of TI, and leaves out what it cannot understand', () => {
    const { definition, notMapped } = derived({
      ti: ti(
        'INCL01|At least 50 years|INCLUSION|AGE >= 50',
        'EXCL01|Syncope|Exclusion',
        'EXCL01|Again|EXCLUSION',
        'ODD|Neither|OTHER',
        'EMPTY||INCLUSION',
      ),
    });
    expect(definition.criteria).toEqual([
      {
        id: 'INCL01',
        type: 'inclusion',
        text: 'At least 50 years',
        ruleVersion: '1',
        condition: { kind: 'attested', key: 'INCL01', statement: 'At least 50 years' },
        sourceNote: 'Rule in the source: AGE >= 50',
      },
      expect.objectContaining({ id: 'EXCL01', type: 'exclusion', text: 'Syncope' }),
    ]);
    expect(notMapped.map(({ row, value }) => [row, value])).toEqual([
      [3, 'EXCL01'],
      [4, 'ODD'],
      [5, 'EMPTY'],
    ]);
  });

  it('takes the latest version of the criteria, by number', () => {
    const { definition, notMapped } = derived({
      ti: ti('IN1|Old words|INCLUSION||9', 'IN1|New words|INCLUSION||10'),
    });
    expect([definition.version, definition.criteria.map(({ text }) => text)]).toEqual(['10', ['New words']]);
    expect(notMapped).toEqual([
      { domain: 'TI', row: 1, value: 'IN1', why: 'Of criteria version 9; version 10 replaces it.' },
    ]);
  });

  it('has its visits from TV, each once', () => {
    const { definition, notMapped } = derived({
      tv: tv(
        '1|SCREENING|-7',
        '3.5|ECG|13',
        '3.5|ECG|13',
        '3.5|ECG|14',
        '9|ODD|0',
        '101|FOLLOW-UP|',
        '|NONE|5',
      ),
    });
    expect(definition.visits).toEqual([
      { code: '1', name: 'SCREENING', studyDay: -7 },
      { code: '3.5', name: 'ECG', studyDay: 13 },
      { code: '9', name: 'ODD' },
      { code: '101', name: 'FOLLOW-UP' },
    ]);
    expect(notMapped.map(({ row }) => row)).toEqual([4, 5, 7]);
    expect(validateDefinition(definition)).toEqual([]);
  });

  it('is refused without one study, and without a zone', () => {
    const other = [{ STUDYID: 'STUDY2', VISITNUM: '1' }];
    expect(deriveFromSdtm({ ...empty, ts: summary, tv: other }, { zone })).toMatchObject({
      rule: 'TRIAL-SDTM-STUDY',
    });
    expect(deriveFromSdtm(empty, { zone })).toMatchObject({ rule: 'TRIAL-SDTM-STUDY' });
    expect(deriveFromSdtm({ ...empty, ts: summary }, { zone: 'EST5' })).toMatchObject({ rule: 'TRIAL-ZONE' });
  });

  it('can be defined and published', () => {
    const { details, definition } = derived({ ti: ti('IN1|Words|INCLUSION'), ta: ta('A|Arm|1|E|Element|T') });
    const ref = { id: 'event-0', revision: 0, recordedAt: '2024-03-05T08:00:00.000Z' };
    const defined = defineTrial(details, trialDecider.initial);
    if (isRejection(defined)) throw new Error(defined.reason);
    const state = defined.reduce(
      (before, event) => trialDecider.evolve(before, event, ref),
      trialDecider.initial,
    );
    const published = publishProtocolVersion({ definition, effectiveFrom: '2012-07-01' }, state);
    expect(published).toEqual([expect.objectContaining({ type: 'ProtocolVersionPublished' })]);
  });
});
