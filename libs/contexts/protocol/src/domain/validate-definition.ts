import { isUnit, isZone } from '@platform/kernel';
import { conditionsWithin } from './conditions';
import type { Condition, ProtocolDefinition } from './definition';
import { kindOf, list, nested, number, object, oneOf, text, textThat, yesOrNo } from './shape';
import type { Fields, Shape, ShapeFailure } from './shape';

/** What is wrong with a definition, and where: the path begins at the definition's own fields. */
export type DefinitionFailure = ShapeFailure;

/**
 * Everything that keeps a piece of data from being a protocol definition; nothing when it is one. Takes whatever was
 * sent. What the parts say of each other is looked at once each part has its shape.
 */
export const validateDefinition = (input: unknown): readonly DefinitionFailure[] =>
  hasShape(input) ? relations.flatMap(rule => rule(input)) : definition(input, '', 0);

const hasShape = (input: unknown): input is ProtocolDefinition => definition(input, '', 0).length === 0;

// Shapes

const unit = textThat(isUnit, 'PROTOCOL-UNIT', 'must be a UCUM unit, such as umol/L or mm[Hg].');
const code = textThat(
  value => /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(value),
  'PROTOCOL-CODE',
  'must be a code of 1 to 40 letters, digits, ".", "_" or "-".',
);
const note = text(4_000);
const emptyRule = 'PROTOCOL-CONDITION-EMPTY';
const codes = list(code, { max: 100, emptyRule });
const comparison = oneOf('atMost', 'atLeast', 'above', 'below');
const quantity = object({ value: number({}), unit });
const limit: Shape = (value, field, depth) =>
  typeof value === 'object' && value !== null && 'timesUln' in value
    ? object({ timesUln: number({ min: 0.01, max: 1_000 }) })(value, field, depth)
    : quantity(value, field, depth);

const ofKind = (kind: string, needed: Fields, others: Fields = {}): Shape =>
  object({ kind: oneOf(kind), ...needed }, others);

const condition: Shape = nested(() => conditions, 12, 'PROTOCOL-CONDITION-DEPTH');
const parts = list(condition, { max: 50, emptyRule });
const quantifier = oneOf('every', 'any');
const years = number({ min: 0, max: 150, whole: true });
const conditions = kindOf({
  allOf: ofKind('allOf', { of: parts }),
  anyOf: ofKind('anyOf', { of: parts }),
  not: ofKind('not', { of: condition }),
  provided: ofKind('provided', { that: condition, then: condition }),
  diagnosis: ofKind('diagnosis', { oneOf: codes }),
  laboratoryLimit: ofKind('laboratoryLimit', { analytes: codes, quantifier, is: comparison, limit }),
  laboratoryFinding: ofKind('laboratoryFinding', {
    analytes: codes,
    quantifier,
    is: oneOf('negative', 'positive', 'belowDetectionLimit'),
  }),
  measurementLimit: ofKind('measurementLimit', { code, is: comparison, limit: quantity }),
  attested: ofKind('attested', { key: code, statement: text(2_000) }, { needsText: yesOrNo }),
  consent: ofKind('consent', {}),
  age: ofKind('age', {}, { yearsMin: years, yearsMax: years }),
} satisfies Record<Condition['kind'], Shape>);

const criterion = object(
  { id: code, type: oneOf('inclusion', 'exclusion'), text: text(4_000), ruleVersion: text(40), condition },
  { proposes: oneOf('notEligible', 'deferred'), sourceNote: note },
);

const cells = number({ min: 1 });
const dose = number({ min: 0 });
const intervention = kindOf({
  infusion: ofKind(
    'infusion',
    {
      code,
      product: text(400),
      cellsMin: cells,
      cellsMax: cells,
      plannedInfusions: number({ min: 1, max: 1_000, whole: true }),
      intervalDays: number({ min: 1, max: 3_650, whole: true }),
      intervalWindowDays: number({ min: 0, max: 3_650, whole: true }),
    },
    { thawToStartHoursMax: number({ min: 0, max: 1_000 }), sourceNote: note },
  ),
  drug: ofKind(
    'drug',
    { code, product: text(400), schedule: text(400) },
    { dailyDoseMin: dose, dailyDoseMax: dose, dailyDoseUnit: unit, sourceNote: note },
  ),
});

const studyDay = number({ min: -3_650, max: 36_500, whole: true });
const visit = object({ code, name: text(400) }, { studyDay, windowDays: number({ min: 0, max: 3_650 }) });

const definition = object(
  {
    version: text(40),
    title: text(1_000),
    purpose: text(4_000),
    studyType: text(100),
    phase: text(100),
    zone: textThat(isZone, 'PROTOCOL-ZONE', 'must name a zone of the IANA database.'),
    arms: list(
      object({ code, name: text(400), interventions: list(code, { max: 50 }) }, { sourceNote: note }),
      {
        max: 50,
      },
    ),
    interventions: list(intervention, { max: 50 }),
    criteria: list(criterion, { max: 500 }),
    visits: list(visit, { max: 500 }),
    outcomes: list(
      object({ type: oneOf('primary', 'secondary', 'other'), measure: text(1_000), timeFrame: text(1_000) }),
      { max: 200 },
    ),
    sourceNotes: list(note, { max: 500 }),
  },
  {
    enrollmentTarget: number({ min: 1, max: 1_000_000, whole: true }),
    diagnoses: list(object({ code, name: text(400) }, { icd10: text(20) }), { max: 500 }),
  },
);

// What the parts say of each other

type Relation = (definition: ProtocolDefinition) => readonly DefinitionFailure[];

const failure = (rule: string, field: string, reason: string): DefinitionFailure => ({ rule, field, reason });

const unique =
  (name: string, key: string, keysOf: (definition: ProtocolDefinition) => readonly string[]): Relation =>
  given => {
    const keys = keysOf(given);
    return keys.flatMap((value, index) =>
      keys.indexOf(value) === index
        ? []
        : [failure('PROTOCOL-DUPLICATE', `${name}[${index}].${key}`, `"${value}" is used already.`)],
    );
  };

const armsNameInterventions: Relation = ({ arms, interventions }) =>
  arms.flatMap((arm, index) =>
    arm.interventions.flatMap((name, at) =>
      interventions.some(known => known.code === name)
        ? []
        : [
            failure(
              'PROTOCOL-ARM-INTERVENTION',
              `arms[${index}].interventions[${at}]`,
              `The definition has no intervention "${name}".`,
            ),
          ],
    ),
  );

const ordered = (field: string, min: number | undefined, max: number | undefined): DefinitionFailure[] =>
  min !== undefined && max !== undefined && min > max
    ? [failure('PROTOCOL-RANGE', field, 'The lower limit is above the upper limit.')]
    : [];

const dosesAreRanges: Relation = ({ interventions }) =>
  interventions.flatMap((plan, index) => {
    const field = `interventions[${index}]`;
    if (plan.kind === 'infusion') return ordered(`${field}.cellsMin`, plan.cellsMin, plan.cellsMax);
    const { dailyDoseMin, dailyDoseMax, dailyDoseUnit } = plan;
    const given = dailyDoseMin !== undefined || dailyDoseMax !== undefined;
    if (given === (dailyDoseUnit !== undefined)) {
      return ordered(`${field}.dailyDoseMin`, dailyDoseMin, dailyDoseMax);
    }
    return [
      failure('PROTOCOL-RANGE', `${field}.dailyDoseUnit`, 'A dose range needs its unit, a unit its range.'),
    ];
  });

const visitsAreOnStudyDays: Relation = ({ visits }) =>
  visits.flatMap((planned, index) =>
    planned.studyDay === 0
      ? [
          failure(
            'PROTOCOL-VISIT-DAY',
            `visits[${index}].studyDay`,
            'There is no study day 0: day 1 follows day -1.',
          ),
        ]
      : [],
  );

const deferralsAreExclusions: Relation = ({ criteria }) =>
  criteria.flatMap(({ type, proposes }, index) =>
    type === 'inclusion' && proposes !== undefined
      ? [
          failure(
            'PROTOCOL-PROPOSES',
            `criteria[${index}].proposes`,
            'Only an exclusion criterion proposes an outcome.',
          ),
        ]
      : [],
  );

const conditionsFit: Relation = given => {
  const statements = new Map<string, string>();
  const named = given.diagnoses && new Set(given.diagnoses.map(known => known.code));
  return given.criteria.flatMap((one, index) =>
    conditionsWithin(one.condition, `criteria[${index}].condition`).flatMap(([each, field]) => {
      if (each.kind === 'age') return agesAreLimits(each, field);
      if (each.kind === 'diagnosis') {
        return each.oneOf.flatMap((name, at) =>
          !named || named.has(name)
            ? []
            : [
                failure(
                  'PROTOCOL-DIAGNOSIS',
                  `${field}.oneOf[${at}]`,
                  `"${name}" is not among the diagnoses.`,
                ),
              ],
        );
      }
      if (each.kind !== 'attested') return [];
      const before = statements.get(each.key) ?? each.statement;
      statements.set(each.key, before);
      if (before === each.statement) return [];
      return [
        failure(
          'PROTOCOL-ATTESTED-KEY',
          `${field}.key`,
          `"${each.key}" stands for another statement already.`,
        ),
      ];
    }),
  );
};

const agesAreLimits = (
  { yearsMin, yearsMax }: { readonly yearsMin?: number; readonly yearsMax?: number },
  field: string,
): DefinitionFailure[] =>
  yearsMin === undefined && yearsMax === undefined
    ? [failure('PROTOCOL-RANGE', field, 'An age limit needs a lower limit, an upper limit, or both.')]
    : ordered(`${field}.yearsMin`, yearsMin, yearsMax);

const relations: readonly Relation[] = [
  unique('criteria', 'id', ({ criteria }) => criteria.map(({ id }) => id)),
  unique('arms', 'code', ({ arms }) => arms.map(each => each.code)),
  unique('interventions', 'code', ({ interventions }) => interventions.map(each => each.code)),
  unique('visits', 'code', ({ visits }) => visits.map(each => each.code)),
  unique('diagnoses', 'code', ({ diagnoses }) => diagnoses?.map(each => each.code) ?? []),
  armsNameInterventions,
  dosesAreRanges,
  visitsAreOnStudyDays,
  deferralsAreExclusions,
  conditionsFit,
];
