import type { CodedDiagnosis, ProtocolDefinition } from '../domain/definition';
import type { TrialDetails } from '../domain/trial-details';
import { exclusionCriteria, inclusionCriteria } from './nct05794425-criteria';
import { nct05794425Collaborators, nct05794425Sites } from './nct05794425-sites';

/*
 * NCT05794425 as its public registry entry says it, status as verified in November 2023. Where the entry is damaged,
 * silent or contradicts itself, the reading that is used here stands in a source note beside it.
 */

const zone = 'Asia/Shanghai';
const title =
  'Clinical efficacy and safety of umbilical cord blood with umbilical cord derived mesenchymal stem cells in bone ' +
  'marrow failure';

export const nct05794425Details: TrialDetails = {
  registryNumber: 'NCT05794425',
  otherIds: ['UCB&MSCs-BMF-2023'],
  title,
  sponsor: 'Shandong Qilu Stem Cells Engineering Co., Ltd.',
  collaborators: nct05794425Collaborators,
  locations: nct05794425Sites.map(({ name, city }) => ({ name, city })),
  country: 'CHN',
  zone,
  plannedDates: { start: '2023-08-01', primaryCompletion: '2025-04', completion: '2026-04' },
};

/** The disorders of IN01. A category of ICD-10 stands where one means the same disorder. */
const diagnoses: readonly CodedDiagnosis[] = [
  { code: 'AA', name: 'Aplastic anaemia', icd10: 'D61' },
  { code: 'PRCA', name: 'Pure red cell aplasia', icd10: 'D60' },
  { code: 'IRP', name: 'Immune-related pancytopenia' },
  { code: 'PNH', name: 'Paroxysmal nocturnal haemoglobinuria', icd10: 'D59.5' },
  { code: 'MDS', name: 'Myelodysplastic syndrome', icd10: 'D46' },
  { code: 'AAH', name: 'Acute arrest of haemopoiesis' },
  { code: 'CUS', name: 'Cytopenia of unknown significance' },
];

const followUp = (code: string, name: string, studyDay: number, windowDays: number) => ({
  code,
  name,
  studyDay,
  windowDays,
});

export const nct05794425Definition: ProtocolDefinition = {
  version: '1.0',
  title,
  purpose:
    'Clinical efficacy and safety of umbilical cord blood (UCB) with umbilical cord derived mesenchymal stem cells ' +
    '(UC-MSC) in bone marrow failure',
  studyType: 'interventional',
  phase: '1/2',
  zone,
  enrollmentTarget: 100,
  arms: [
    { code: 'CSA', name: 'Cyclosporine A', interventions: ['CSA'] },
    {
      code: 'UCB-MSC',
      name: 'Umbilical cord blood and umbilical cord derived mesenchymal stem cells',
      interventions: ['UCB-MSC'],
      sourceNote: 'Whether this arm also receives cyclosporine A is not stated; configuration leaves it out.',
    },
  ],
  interventions: [
    {
      kind: 'infusion',
      code: 'UCB-MSC',
      product: 'Umbilical cord blood and umbilical cord derived mesenchymal stem cells, intravenous infusion',
      cellsMin: 5e7,
      cellsMax: 8e7,
      plannedInfusions: 4,
      intervalDays: 7,
      intervalWindowDays: 1,
      thawToStartHoursMax: 4,
      sourceNote:
        '"5–8×10^7" is read as the number of cells for each infusion: no "per kg" is stated. The number of infusions ' +
        "is not stated; 4 is the sponsor's configuration, as is the window of 1 day about the registry's 1 week " +
        'interval. 4 hours from thaw to start are the limit of licensed cord blood whose DMSO is kept.',
    },
    {
      kind: 'drug',
      code: 'CSA',
      product: 'Cyclosporine A',
      dailyDoseMin: 3,
      dailyDoseMax: 5,
      dailyDoseUnit: 'mg/kg/d',
      schedule: 'daily',
      sourceNote: 'The dose is judged by the latest recorded body weight.',
    },
  ],
  criteria: [...inclusionCriteria, ...exclusionCriteria],
  diagnoses,
  visits: [
    { code: 'SCR', name: 'Screening', studyDay: -7, windowDays: 6 },
    { code: 'INF1', name: 'Infusion 1', studyDay: 1, windowDays: 0 },
    { code: 'INF2', name: 'Infusion 2', studyDay: 8, windowDays: 1 },
    { code: 'INF3', name: 'Infusion 3', studyDay: 15, windowDays: 1 },
    { code: 'INF4', name: 'Infusion 4', studyDay: 22, windowDays: 1 },
    followUp('M2', 'Follow-up month 2', 57, 7),
    followUp('M3', 'Follow-up month 3', 85, 7),
    followUp('M6', 'Follow-up month 6', 169, 14),
    followUp('M9', 'Follow-up month 9', 253, 14),
    followUp('M12', 'Follow-up month 12', 365, 14),
    followUp('M18', 'Follow-up month 18', 547, 28),
    followUp('M24', 'Follow-up month 24', 729, 28),
    { code: 'UNS', name: 'Unscheduled' },
  ],
  outcomes: [
    { type: 'primary', measure: 'Objective response rate (ORR)', timeFrame: 'up to two years' },
    { type: 'secondary', measure: 'Progression-free survival (PFS)', timeFrame: 'up to two years' },
    { type: 'secondary', measure: 'Overall survival (OS)', timeFrame: 'up to two years' },
  ],
  sourceNotes: [
    'Randomised, parallel, open label with two arms (CSA; UCB-MSC) is what public mirrors of the registry add; arms ' +
      'and allocation are configuration.',
    "The visit schedule is the sponsor's configuration: the registry states the weekly interval of the infusions and " +
      'outcomes up to two years, and no visits.',
    'In IN02, IN03 and EX02 a comparison sign lost its stroke in the registry and reads "="; the readings stand at ' +
      'the criteria.',
    'IN02 and EX05 contradict each other for ALP between 1.5 and 3×ULN, and differ for ALT and AST between 2.5 and ' +
      '3×ULN; each is evaluated by itself, so that both answers are visible.',
    'All sexes; no age limits ("N/A and older"); no healthy volunteers. Not regulated by the FDA.',
  ],
};
