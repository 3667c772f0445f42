import { addDays, daysBetween, hasDay, type PartialDate } from '@platform/kernel';
import { firstTreatmentAt, type ParticipantState } from '../participant/participant';
import type { Truth } from '../screening/evaluation';
import {
  atLeast,
  atMost,
  below,
  bloodTests,
  bloodValues,
  lasts,
  redCellUnits,
  runOf,
  transfusionsWithin,
  type BloodTest,
  type BloodValues,
  type DatedValue,
} from './blood';
import type { AplasticAnaemiaResponse, BloodCounts, MdsResponse, ResponseDefinition } from './definitions';
import type { ResponseEvidence, ResponseProposal } from './proposal';

interface Proposed {
  readonly response: string;
  readonly evidence: readonly ResponseEvidence[];
}

/** What a definition makes of the counts, the marrow and the transfusions on record up to a date. */
export function proposeResponse(
  definition: ResponseDefinition,
  state: ParticipantState,
  evaluatedAt: PartialDate,
): ResponseProposal {
  const values = bloodValues(state, evaluatedAt);
  const proposed =
    definition.kind === 'aplasticAnaemia'
      ? aplasticAnaemia(definition, values)
      : mds(definition, values, firstTreatmentAt(state));
  return { definition: definition.id, definitionVersion: definition.version, evaluatedAt, ...proposed };
}

const notEvaluable = (says: string, evidence: readonly ResponseEvidence[] = []): Proposed => ({
  response: 'notEvaluable',
  evidence: [...evidence, { what: 'evaluation', says }],
});

function aplasticAnaemia(definition: AplasticAnaemiaResponse, values: BloodValues): Proposed {
  const { complete, independentDays } = definition;
  const tests = bloodTests(values);
  const latest = tests.at(-1);
  if (!latest) return notEvaluable('no day with haemoglobin, neutrophils and platelets');
  const last = tests.slice(-complete.consecutiveTests);
  const reached = last.every(
    test =>
      reaches(test, complete) &&
      transfusionsWithin(values, complete.transfusionFreeDays, test.day).length === 0,
  );
  if (reached && last.length === complete.consecutiveTests) {
    return {
      response: 'CR',
      evidence: last.flatMap(test => counts(test, 'reaches the counts of a complete response')),
    };
  }
  const severe = isSevere(definition, values, latest);
  const shown = counts(latest, 'latest counts');
  if (severe === 'true')
    return { response: 'NR', evidence: [...shown, { what: 'severity', says: 'still severe' }] };
  if (severe === 'unknown')
    return notEvaluable('whether it is still severe cannot be told without reticulocytes', shown);
  const given = transfusionsWithin(values, independentDays, latest.day);
  if (given.length === 0)
    return { response: 'PR', evidence: [...shown, { what: 'severity', says: 'no longer severe' }] };
  return notEvaluable('no longer severe, and not independent of transfusions', [
    ...shown,
    ...given.map(each => shownAs(each, 'transfusion')),
  ]);
}

/** Two of three counts below their limits, in a marrow that is not known to have recovered. */
function isSevere(
  { severe }: AplasticAnaemiaResponse,
  values: BloodValues,
  { day, neutrophils, platelets }: BloodTest,
): Truth {
  const cellularity = values.cellularity.findLast(each => each.day <= day);
  if (cellularity && !below(cellularity, severe.marrowCellularity)) return 'false';
  const reticulocytes = values.reticulocytes.findLast(each => each.day === day);
  const limit =
    reticulocytes?.method === 'manual' ? severe.reticulocytesManual : severe.reticulocytesAutomated;
  const known = [below(neutrophils, severe.neutrophils), below(platelets, severe.platelets)];
  const low = [...known, ...(reticulocytes ? [below(reticulocytes, limit)] : [])].filter(Boolean).length;
  if (low >= 2) return 'true';
  return reticulocytes || low === 0 ? 'false' : 'unknown';
}

function mds(definition: MdsResponse, values: BloodValues, treatedAt: PartialDate | undefined): Proposed {
  const { complete } = definition;
  const tests = bloodTests(values);
  const latest = tests.at(-1);
  if (!latest) return notEvaluable('no day with haemoglobin, neutrophils and platelets');
  // Counts and marrow of before the treatment are no response to it.
  const isSince = ({ day }: { readonly day: PartialDate }) => treatedAt === undefined || day > treatedAt;
  const blasts = values.blasts.findLast(isSince);
  const run = runOf(tests.filter(isSince), test => reaches(test, complete));
  if (blasts && atMost(blasts, complete.marrowBlastsMax) && lasts(run, complete.lastingDays)) {
    const marrow = shownAs(blasts, 'marrow blasts of a complete response');
    return {
      response: 'CR',
      evidence: [marrow, ...run.flatMap(test => counts(test, 'reaches the counts of a complete response'))],
    };
  }
  if (treatedAt === undefined || !hasDay(treatedAt)) {
    return notEvaluable(
      'the first treatment day, which improvement is measured from, is not known',
      counts(latest, 'latest counts'),
    );
  }
  const improved = improvements(definition, values, treatedAt);
  if (improved.length > 0) return { response: 'HI', evidence: improved };
  return { response: 'NR', evidence: counts(latest, 'no lineage improved for long enough') };
}

/** The lineages that improved over their last value before treatment, for long enough. */
function improvements(
  { improvement }: MdsResponse,
  values: BloodValues,
  treatedAt: PartialDate,
): ResponseEvidence[] {
  const { lastingDays, plateletsLow, growth } = improvement;
  const lineage = (
    all: readonly DatedValue[],
    says: string,
    holds: (now: number, start: number) => boolean,
  ) => {
    const start = all.findLast(({ day }) => day <= treatedAt);
    if (!start) return [];
    const run = runOf(
      all.filter(({ day }) => day > treatedAt),
      ({ value }) => holds(value, start.value),
    );
    return lasts(run, lastingDays) ? [shownAs(start, 'before treatment'), shownAs(run.at(-1)!, says)] : [];
  };
  return [
    ...lineage(
      values.haemoglobin,
      'erythroid improvement (HI-E)',
      (now, start) => now - start >= improvement.haemoglobinRise.value,
    ),
    ...fewerTransfusions(improvement, values, treatedAt),
    ...lineage(values.platelets, 'platelet improvement (HI-P)', (now, start) =>
      start > plateletsLow.value
        ? now - start >= improvement.plateletsRise.value
        : now > plateletsLow.value && now >= start * (1 + growth),
    ),
    ...lineage(
      values.neutrophils,
      'neutrophil improvement (HI-N)',
      (now, start) => now >= start * (1 + growth) && now - start > improvement.neutrophilsRise.value,
    ),
  ];
}

function fewerTransfusions(
  { lastingDays, fewerRedCellUnits }: MdsResponse['improvement'],
  values: BloodValues,
  treatedAt: PartialDate,
): ResponseEvidence[] {
  const until = values.haemoglobin.at(-1)?.day;
  if (until === undefined || (daysBetween(treatedAt, until) ?? 0) < lastingDays) return [];
  const before = redCellUnits(values, lastingDays, addDays(treatedAt, -1));
  const now = redCellUnits(values, lastingDays, until);
  if (before - now < fewerRedCellUnits) return [];
  const says = `erythroid improvement (HI-E): ${now} red cell units in ${lastingDays} days, ${before} before`;
  return [{ what: 'RBCTRANSF', at: until, value: now, unit: '1', says }];
}

const reaches = (test: BloodTest, limits: BloodCounts): boolean =>
  atLeast(test.haemoglobin, limits.haemoglobin) &&
  atLeast(test.neutrophils, limits.neutrophils) &&
  atLeast(test.platelets, limits.platelets);

const shownAs = ({ event, what, day, value, unit }: DatedValue, says: string): ResponseEvidence => ({
  event,
  what,
  at: day,
  value,
  unit,
  says,
});

const counts = ({ haemoglobin, neutrophils, platelets }: BloodTest, says: string): ResponseEvidence[] =>
  [haemoglobin, neutrophils, platelets].map(value => shownAs(value, says));
