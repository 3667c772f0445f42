import { orderOf, type PartialDate } from '@platform/kernel';
import type { TrialFacts } from '../participant/context';
import {
  entriesOf,
  type EntryType,
  type ParticipantEntry,
  type ParticipantState,
} from '../participant/participant';

/** What an evaluation looks things up in: the latest of everything that is not after its moment. */
export interface EvidenceSource {
  readonly state: ParticipantState;
  readonly facts: TrialFacts;
  readonly evaluatedAt: PartialDate;
  readonly result: Lookup<'LaboratoryResultRecorded'>;
  readonly measurement: Lookup<'MeasurementRecorded'>;
  readonly statement: Lookup<'StatementAttested'>;
  readonly diagnosis: ParticipantEntry<'DiagnosisRecorded'> | undefined;
}

type Lookup<Type extends EntryType> = (code: string) => ParticipantEntry<Type> | undefined;

/**
 * Gathers the latest entry under each code in one pass, so that a criterion costs nothing more than a
 * look-up.
 */
export function evidenceSource(
  state: ParticipantState,
  facts: TrialFacts,
  evaluatedAt: PartialDate,
): EvidenceSource {
  const results = entriesOf(state, 'LaboratoryResultRecorded').filter(({ data }) => hasValue(data));
  const measurements = entriesOf(state, 'MeasurementRecorded').filter(({ data }) => hasValue(data));
  const diagnoses = entriesOf(state, 'DiagnosisRecorded').filter(
    ({ data }) => data.diagnosedAt === undefined || isInTime(data.diagnosedAt, evaluatedAt),
  );
  return {
    state,
    facts,
    evaluatedAt,
    result: latest(results, evaluatedAt, ({ data }) => [data.analyte, data.collectedAt]),
    measurement: latest(measurements, evaluatedAt, ({ data }) => [data.code, data.takenAt]),
    statement: latest(entriesOf(state, 'StatementAttested'), evaluatedAt, ({ data }) => [
      data.key,
      data.attestedAt,
    ]),
    diagnosis: diagnoses.at(-1),
  };
}

interface Value {
  readonly quantity?: unknown;
  readonly finding?: unknown;
  readonly text?: string;
  readonly notDone?: boolean;
}

/**
 * Whether anything was determined. A result that was taken away by a correction, or not done, says nothing.
 */
export const hasValue = ({ quantity, finding, text, notDone }: Value): boolean =>
  notDone !== true && (quantity !== undefined || finding !== undefined || text !== undefined);

const isInTime = (at: PartialDate, evaluatedAt: PartialDate): boolean => orderOf(at, evaluatedAt) !== 'after';

/** Of two of one date the one that was recorded later; one without a date is older than any that has one. */
function latest<Type extends EntryType>(
  entries: readonly ParticipantEntry<Type>[],
  evaluatedAt: PartialDate,
  keyOf: (entry: ParticipantEntry<Type>) => readonly [string, PartialDate | undefined],
): Lookup<Type> {
  const found = new Map<string, { readonly entry: ParticipantEntry<Type>; readonly at: PartialDate }>();
  for (const entry of entries) {
    const [code, at = ''] = keyOf(entry);
    if (at !== '' && !isInTime(at, evaluatedAt)) continue;
    const before = found.get(code);
    if (!before || before.at <= at) found.set(code, { entry, at });
  }
  return code => found.get(code)?.entry;
}
