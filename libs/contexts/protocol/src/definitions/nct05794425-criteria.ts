import type { Condition, Criterion, LaboratoryFinding, LaboratoryLimit } from '../domain/definition';

/** The limit as a multiple of the laboratory's own upper limit of normal: all that were measured, at least one. */
const within = (timesUln: number, ...analytes: string[]): LaboratoryLimit => ({
  kind: 'laboratoryLimit',
  analytes,
  quantifier: 'every',
  is: 'atMost',
  limit: { timesUln },
});

const above = (timesUln: number, ...analytes: string[]): LaboratoryLimit => ({
  kind: 'laboratoryLimit',
  analytes,
  quantifier: 'any',
  is: 'above',
  limit: { timesUln },
});

const positive = (analyte: string): LaboratoryFinding => ({
  kind: 'laboratoryFinding',
  analytes: [analyte],
  quantifier: 'any',
  is: 'positive',
});

const measured = (code: string, is: 'atLeast' | 'atMost', value: number, unit: string): Condition => ({
  kind: 'measurementLimit',
  code,
  is,
  limit: { value, unit },
});

const attested = (key: string, statement: string): Condition => ({ kind: 'attested', key, statement });
const allOf = (...of: Condition[]): Condition => ({ kind: 'allOf', of });
const anyOf = (...of: Condition[]): Condition => ({ kind: 'anyOf', of });

type Given = Omit<Criterion, 'type' | 'ruleVersion'>;
const inclusion = (given: Given): Criterion => ({ ...given, type: 'inclusion', ruleVersion: '1' });
const exclusion = (given: Given): Criterion => ({ ...given, type: 'exclusion', ruleVersion: '1' });

const hepatitisB: Condition = anyOf(
  { kind: 'laboratoryFinding', analytes: ['HBSAG', 'HBCAB'], quantifier: 'every', is: 'negative' },
  allOf(
    anyOf(positive('HBSAG'), positive('HBCAB')),
    anyOf(
      { kind: 'laboratoryFinding', analytes: ['HBVVLD'], quantifier: 'any', is: 'belowDetectionLimit' },
      {
        kind: 'laboratoryLimit',
        analytes: ['HBVVLD'],
        quantifier: 'any',
        is: 'below',
        limit: { value: 1_000, unit: '{copies}/mL' },
      },
    ),
  ),
);

export const inclusionCriteria: readonly Criterion[] = [
  inclusion({
    id: 'IN01',
    text:
      'A bone marrow failure disorder: aplastic anaemia, pure red cell aplasia, immune-related pancytopenia, ' +
      'paroxysmal nocturnal haemoglobinuria, myelodysplastic syndrome, acute arrest of haemopoiesis, or cytopenia ' +
      'of unknown significance',
    condition: { kind: 'diagnosis', oneOf: ['AA', 'PRCA', 'IRP', 'PNH', 'MDS', 'AAH', 'CUS'] },
  }),
  inclusion({
    id: 'IN02',
    text:
      'No severe liver or kidney impairment: total bilirubin ≤ 1.5×ULN; ALT or AST ≤ 2.5×ULN; ' +
      'alkaline phosphatase ≤ 3×ULN; serum creatinine ≤ 1.5×ULN',
    condition: allOf(within(1.5, 'BILI'), within(2.5, 'ALT', 'AST'), within(3, 'ALP'), within(1.5, 'CREAT')),
    sourceNote:
      'The registry prints "=" where the stroke was lost; read as "≤". "ALT or AST" is read strictly: each one that ' +
      'was measured must satisfy the limit, and at least one must have been measured. Contradiction, kept visible: ' +
      'ALP between 1.5 and 3×ULN satisfies this criterion and triggers EX05; ALT or AST between 2.5 and 3×ULN fails ' +
      'this criterion without triggering EX05.',
  }),
  inclusion({
    id: 'IN03',
    text: 'PT or APTT or INR ≤ 1.5×ULN, in the absence of anticoagulant therapy',
    condition: {
      kind: 'provided',
      that: attested('noAnticoagulantTherapy', 'The person takes no anticoagulant.'),
      then: within(1.5, 'PT', 'APTT', 'INR'),
    },
    sourceNote:
      'The registry prints "=" where the stroke was lost; read as "≤". "PT or APTT or INR" is read strictly: each ' +
      'that was measured must satisfy the limit, and at least one must have been measured. The limit is stated for ' +
      'people without anticoagulants. Values under an anticoagulant show the drug, and the registry does not say ' +
      'that taking one excludes: for a person who takes one it is not evaluable, and the investigator decides.',
  }),
  inclusion({
    id: 'IN04',
    text: 'Left ventricular ejection fraction ≥ 50 % by echocardiography',
    condition: measured('LVEF', 'atLeast', 50, '%'),
  }),
  inclusion({
    id: 'IN05',
    text:
      'HBsAg and HBcAb negative; if either is positive, HBV DNA in peripheral blood below the detection limit or ' +
      'below 1×10^3 copies/mL',
    condition: hepatitisB,
    sourceNote:
      'HBV DNA is asked only once HBsAg or HBcAb is positive: with neither known the criterion is not evaluable, ' +
      'whatever the DNA. The limit is in copies/mL; a result in international units has no general factor to copies ' +
      '(it depends on the assay) and is not evaluable until the laboratory gives copies.',
  }),
  inclusion({
    id: 'IN06',
    text: 'No plan for stem cell transplantation',
    condition: attested('noTransplantationPlanned', 'No stem cell transplantation is planned.'),
  }),
  inclusion({
    id: 'IN07',
    text: 'ECOG performance status 0–2',
    condition: measured('ECOG', 'atMost', 2, '1'),
  }),
  inclusion({
    id: 'IN08',
    text: 'Voluntary participation with signed informed consent',
    condition: { kind: 'consent' },
    sourceNote:
      'Read as: a consent is recorded, signed before any screening procedure, on a consent version that is approved ' +
      'for the site.',
  }),
];

export const exclusionCriteria: readonly Criterion[] = [
  exclusion({
    id: 'EX01',
    text:
      'A malignant tumour in the past 5 years, other than squamous or basal cell carcinoma of the skin, melanoma ' +
      'cured by surgery, or carcinoma in situ of the cervix',
    condition: attested(
      'malignancyInPast5Years',
      'A malignant tumour in the past 5 years, other than the exceptions that the criterion names.',
    ),
  }),
  exclusion({
    id: 'EX02',
    text:
      'Severe cardiac insufficiency (NYHA III or IV) or uncontrolled hypertension (systolic ≥ 160 mmHg or diastolic ' +
      '≥ 110 mmHg)',
    condition: anyOf(
      measured('NYHA', 'atLeast', 3, '1'),
      measured('SYSBP', 'atLeast', 160, 'mm[Hg]'),
      measured('DIABP', 'atLeast', 110, 'mm[Hg]'),
      attested(
        'cardiacInsufficiencyOrHypertension',
        "Severe cardiac insufficiency or uncontrolled hypertension in the investigator's judgement, whatever the " +
          'latest measurements.',
      ),
    ),
    sourceNote:
      'The NYHA grade is unreadable in the registry ("grade ???"); III or IV is set by configuration. NYHA 0 is ' +
      'recorded where there is no cardiac insufficiency. The registry prints "=" where the stroke was lost; read ' +
      'as "≥".',
  }),
  exclusion({
    id: 'EX03',
    text: 'Severe mental illness',
    condition: attested('severeMentalIllness', 'Severe mental illness.'),
  }),
  exclusion({
    id: 'EX04',
    text: 'Clinically significant infection: recruitment is delayed',
    condition: attested('clinicallySignificantInfection', 'A clinically significant infection at present.'),
    proposes: 'deferred',
    sourceNote:
      'The registry delays recruitment for an infection and does not refuse it: alone it proposes a deferral.',
  }),
  exclusion({
    id: 'EX05',
    text: 'AST or ALT > 3×ULN; creatinine, total bilirubin or alkaline phosphatase > 1.5×ULN',
    condition: anyOf(above(3, 'ALT', 'AST'), above(1.5, 'CREAT'), above(1.5, 'BILI'), above(1.5, 'ALP')),
    sourceNote:
      'Of AST and ALT one that was measured is enough, as in IN02; creatinine, bilirubin and alkaline phosphatase ' +
      'are each needed to rule the criterion out. Contradiction, kept visible: ALP between 1.5 and 3×ULN satisfies ' +
      'IN02 and triggers this criterion; ALT or AST between 2.5 and 3×ULN fails IN02 without triggering it.',
  }),
  exclusion({
    id: 'EX06',
    text: 'Positive for HIV, HCV or syphilis',
    condition: anyOf(positive('HIV12AB'), positive('HCAB'), positive('TPLAB')),
    sourceNote:
      'The registry names no test; read as the antibody tests. A confirmatory result is recorded as a newer one.',
  }),
  exclusion({
    id: 'EX07',
    text: 'Severe allergy, or allergy to the active ingredient, the excipients or blood products',
    condition: attested(
      'severeAllergy',
      'Severe allergy, or allergy to the active ingredient, the excipients or blood products.',
    ),
  }),
  exclusion({
    id: 'EX08',
    text: 'Pregnant, breastfeeding, or planning a child in the near future',
    condition: anyOf(
      attested(
        'pregnantBreastfeedingOrPlanningChild',
        'Pregnant, breastfeeding, or planning a child in the near future.',
      ),
      allOf(attested('canBecomePregnant', 'The person can become pregnant.'), positive('HCG')),
    ),
    sourceNote:
      'The registry does not say for whom a pregnancy test is needed; read as: for everyone who can become pregnant. ' +
      'For a man, and for a woman who cannot become pregnant, no test is asked and the first statement is simply ' +
      'false; planning a child applies to all.',
  }),
  exclusion({
    id: 'EX09',
    text: "Receives allogeneic or autologous haematopoietic stem cell transplantation by the investigator's assessment",
    condition: attested(
      'receivesTransplantation',
      'Receives allogeneic or autologous haematopoietic stem cell transplantation.',
    ),
  }),
  exclusion({
    id: 'EX10',
    text: 'Any other condition that the investigator considers inappropriate',
    condition: {
      kind: 'attested',
      key: 'otherInappropriateCondition',
      statement: 'Another condition that makes participation inappropriate.',
      needsText: true,
    },
  }),
];
