import { fold, prescreened, status, was } from '../../testing/people';
import type { ParticipantEvent } from '../participant/participant';
import { responseDefinition } from './definitions';
import { proposeResponse } from './response';

const aa = responseDefinition('AA')!;
const mds = responseDefinition('MDS-IWG')!;

const result = (
  analyte: string,
  value: number,
  unit: string,
  collectedAt: string,
  method?: string,
): ParticipantEvent =>
  was('LaboratoryResultRecorded', { analyte, quantity: { value, unit }, collectedAt, method });
const marrow = (code: string, value: number, takenAt: string): ParticipantEvent =>
  was('MeasurementRecorded', { code, quantity: { value, unit: '%' }, takenAt });
const transfused = (code: 'RBCTRANSF' | 'PLTTRANSF', takenAt: string, value = 2): ParticipantEvent =>
  was('MeasurementRecorded', { code, quantity: { value, unit: '1' }, takenAt });

/** A blood count: haemoglobin in g/L, neutrophils and platelets in 10*9/L. */
const count = (
  day: string,
  [haemoglobin, neutrophils, platelets]: readonly [number, number, number],
): ParticipantEvent[] => [
  result('HGB', haemoglobin, 'g/L', day),
  result('NEUT', neutrophils, '10*9/L', day),
  result('PLAT', platelets, '10*9/L', day),
];

const proposed = (definition: typeof aa, events: readonly ParticipantEvent[], at = '2024-12-31') =>
  proposeResponse(definition, fold([prescreened, ...events]), at).response;

describe('response of aplastic anaemia', () => {
  const atLimits = [100, 1.5, 100] as const;
  const recovered = [...count('2024-06-01', atLimits), ...count('2024-06-15', atLimits)];
  const severe = [80, 0.4, 10] as const;

  it('cites its definition and version, and what it stood on', () => {
    const proposal = proposeResponse(aa, fold([prescreened, ...recovered]), '2024-12-31');
    expect(proposal).toMatchObject({
      definition: 'AA',
      definitionVersion: '1',
      evaluatedAt: '2024-12-31',
      response: 'CR',
    });
    expect(proposal.evidence.map(({ event }) => event)).toEqual([
      'event-1',
      'event-2',
      'event-3',
      'event-4',
      'event-5',
      'event-6',
    ]);
  });

  test.each<[string, readonly ParticipantEvent[], string]>([
    ['CR: two counts exactly at the limits', recovered, 'CR'],
    [
      'CR: haemoglobin in g/dL',
      [
        ...count('2024-06-01', atLimits),
        result('HGB', 10, 'g/dL', '2024-06-15'),
        result('NEUT', 1.5, '10*9/L', '2024-06-15'),
        result('PLAT', 100, '10*9/L', '2024-06-15'),
      ],
      'CR',
    ],
    ['PR: one count at the limits is not enough', count('2024-06-01', atLimits), 'PR'],
    [
      'PR: the last of them is just below',
      [...count('2024-06-01', atLimits), ...count('2024-06-15', [99.9, 1.5, 100])],
      'PR',
    ],
    ['CR: a transfusion seven days before', [transfused('RBCTRANSF', '2024-05-25'), ...recovered], 'CR'],
    [
      'not evaluable: a transfusion six days before',
      [transfused('RBCTRANSF', '2024-06-09'), ...recovered],
      'notEvaluable',
    ],
    ['NR: two of three counts are severe', count('2024-06-01', severe), 'NR'],
    [
      'NR: one count and few reticulocytes',
      [...count('2024-06-01', [80, 0.4, 30]), result('RETI', 59, '10*9/L', '2024-06-01')],
      'NR',
    ],
    [
      'PR: reticulocytes counted by hand have a lower limit',
      [...count('2024-06-01', [80, 0.4, 30]), result('RETI', 59, '10*9/L', '2024-06-01', 'manual')],
      'PR',
    ],
    [
      'not evaluable: one severe count and no reticulocytes',
      count('2024-06-01', [80, 0.4, 30]),
      'notEvaluable',
    ],
    ['PR: counts exactly at the limits of severity', count('2024-06-01', [80, 0.5, 20]), 'PR'],
    [
      'PR: a marrow that has recovered is not severe',
      [marrow('BMCELL', 25, '2024-05-20'), ...count('2024-06-01', severe)],
      'PR',
    ],
    [
      'PR: independent of platelets for 28 days',
      [transfused('PLTTRANSF', '2024-05-04'), ...count('2024-06-01', [80, 0.6, 30])],
      'PR',
    ],
    [
      'not evaluable: not severe, transfused 27 days ago',
      [transfused('PLTTRANSF', '2024-05-05'), ...count('2024-06-01', [80, 0.6, 30])],
      'notEvaluable',
    ],
    ['not evaluable: no counts', [result('HGB', 100, 'g/L', '2024-06-01')], 'notEvaluable'],
  ])('%s', (_what, events, response) => {
    expect(proposed(aa, events)).toBe(response);
  });

  it('is as of its date: later values do not count', () => {
    expect(proposed(aa, [...count('2024-05-01', severe), ...recovered], '2024-05-31')).toBe('NR');
  });
});

describe('response of myelodysplastic syndromes, IWG 2006', () => {
  const treatment = status('onTreatment', '2024-03-01', 'enrolled');
  const baseline = (values: readonly [number, number, number]) => [...count('2024-02-20', values), treatment];
  const steady = (values: readonly [number, number, number], ...days: readonly string[]) =>
    days.flatMap(day => count(day, values));

  test.each<[string, readonly ParticipantEvent[], string]>([
    [
      'CR: blasts and counts at the limits for 28 days',
      [
        ...baseline([70, 0.5, 10]),
        marrow('BMBLAST', 5, '2024-06-29'),
        ...steady([110, 1, 100], '2024-06-01', '2024-06-29'),
      ],
      'CR',
    ],
    [
      'none: for 27 days only',
      [
        ...baseline([110, 1, 100]),
        marrow('BMBLAST', 5, '2024-06-28'),
        ...steady([110, 1, 100], '2024-06-01', '2024-06-28'),
      ],
      'NR',
    ],
    [
      'none: too many blasts',
      [
        ...baseline([110, 1, 100]),
        marrow('BMBLAST', 5.1, '2024-06-29'),
        ...steady([110, 1, 100], '2024-06-01', '2024-06-29'),
      ],
      'NR',
    ],
    [
      'HI-E: 15 g/L more for 8 weeks',
      [...baseline([70, 2, 90]), ...steady([85, 2, 90], '2024-04-01', '2024-05-27')],
      'HI',
    ],
    [
      'none: 15 g/L more, interrupted',
      [
        ...baseline([70, 2, 90]),
        ...steady([85, 2, 90], '2024-04-01'),
        ...steady([84, 2, 90], '2024-05-01'),
        ...steady([85, 2, 90], '2024-05-27'),
      ],
      'NR',
    ],
    [
      'HI-P: 30 more from above 20',
      [...baseline([90, 2, 25]), ...steady([90, 2, 55], '2024-04-01', '2024-05-27')],
      'HI',
    ],
    [
      'none: 29 more from above 20',
      [...baseline([90, 2, 25]), ...steady([90, 2, 54], '2024-04-01', '2024-05-27')],
      'NR',
    ],
    [
      'HI-P: doubled, and above 20, from below',
      [...baseline([90, 2, 12]), ...steady([90, 2, 24], '2024-04-01', '2024-05-27')],
      'HI',
    ],
    [
      'none: doubled, and not above 20',
      [...baseline([90, 2, 10]), ...steady([90, 2, 20], '2024-04-01', '2024-05-27')],
      'NR',
    ],
    [
      'HI-N: doubled, and more than 0.5',
      [...baseline([90, 0.6, 90]), ...steady([90, 1.2, 90], '2024-04-01', '2024-05-27')],
      'HI',
    ],
    [
      'none: doubled, and 0.5 more only',
      [...baseline([90, 0.5, 90]), ...steady([90, 1, 90], '2024-04-01', '2024-05-27')],
      'NR',
    ],
    [
      'HI-E: four red cell units fewer in 8 weeks',
      [
        transfused('RBCTRANSF', '2024-02-10', 6),
        ...baseline([70, 2, 90]),
        transfused('RBCTRANSF', '2024-05-01', 2),
        ...steady([72, 2, 90], '2024-05-20'),
      ],
      'HI',
    ],
    [
      'none: three fewer',
      [
        transfused('RBCTRANSF', '2024-02-10', 5),
        ...baseline([70, 2, 90]),
        transfused('RBCTRANSF', '2024-05-01', 2),
        ...steady([72, 2, 90], '2024-05-20'),
      ],
      'NR',
    ],
    [
      'not evaluable: nothing to compare with',
      steady([85, 2, 90], '2024-04-01', '2024-05-27'),
      'notEvaluable',
    ],
    ['not evaluable: no counts', [treatment], 'notEvaluable'],
  ])('%s', (_what, events, response) => {
    expect(proposed(mds, events)).toBe(response);
  });
});
