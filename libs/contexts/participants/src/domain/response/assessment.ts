import {
  invalid,
  isRejection,
  type Decision,
  type PartialDate,
  type Reason,
  type SourceRecord,
} from '@platform/kernel';
import { responseDefinition, responseDefinitions } from './definitions';
import { proposeResponse } from './response';
import { entry, happened, notPrescreened, wrongDate, type Context } from '../participant/context';
import { isImport, newOf } from '../participant/importing';
import type { ParticipantEvent, ParticipantState } from '../participant/participant';
import type { Assessment } from '../participant/recorded';
import { wrongQuantity } from '../participant/records';

/** Records an assessment of the disease: a marrow, an image, an examiner's conclusion. */
export function recordAssessment(
  assessment: Omit<Assessment, 'departures'>,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const { assessedAt, values = [], conclusion } = assessment;
  const wrong = notPrescreened(state) ?? wrongDate('assessedAt', assessedAt, context);
  if (wrong) return wrong;
  if (values.length === 0 && !conclusion?.trim()) {
    return invalid('ASSESSMENT-EMPTY', 'values', 'Give values, a conclusion, or both.');
  }
  if (assessedAt === undefined && !isImport(context.actor)) {
    return invalid('RECORD-DATE', 'assessedAt', 'Say when, as precisely as it is known.');
  }
  for (const [index, { quantity, text }] of values.entries()) {
    const field = `values[${index}]`;
    const unusable = quantity ? wrongQuantity(quantity, `${field}.quantity`) : undefined;
    if (unusable) return unusable;
    if (!quantity && !text?.trim()) return invalid('ASSESSMENT-VALUE', field, 'Give a quantity or a text.');
  }
  const fresh = newOf('AssessmentRecorded', [{ field: 'sourceRecord', data: assessment }], state.entries);
  if (isRejection(fresh)) return fresh;
  return fresh.map(({ data }) =>
    entry('AssessmentRecorded', data, { occurredAt: happened(assessedAt, context.facts) }),
  );
}

export interface ResponseCommand {
  readonly definition: string;
  readonly response: string;
  readonly assessedAt: PartialDate;
  readonly reason?: Reason;
  readonly sourceRecord?: SourceRecord;
}

/**
 * Records the response that was decided beside what the definition proposes from the values on record.
 * Another one than proposed needs a reason. An import brings the response only, under its source's
 * definition.
 */
export function recordResponse(
  { definition: id, response, assessedAt, reason, sourceRecord }: ResponseCommand,
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const wrong = notPrescreened(state) ?? wrongDate('assessedAt', assessedAt, context);
  if (wrong) return wrong;
  const definition = responseDefinition(id);
  const imported = isImport(context.actor);
  if (!imported && !definition) {
    const known = responseDefinitions.map(each => each.id).join(', ');
    return invalid('RESPONSE-DEFINITION', 'definition', `Known definitions of response are ${known}.`);
  }
  if (!imported && !definition?.responses.includes(response)) {
    return invalid(
      'RESPONSE-VALUE',
      'response',
      `Responses of ${id} are ${definition?.responses.join(', ')}.`,
    );
  }
  const proposal = imported || !definition ? undefined : proposeResponse(definition, state, assessedAt);
  const overridden = proposal !== undefined && proposal.response !== response;
  if (overridden && !reason) {
    return invalid(
      'RESPONSE-OVERRIDE-REASON',
      'reason',
      `The values propose "${proposal.response}". Say why not.`,
    );
  }
  const definitionVersion = definition?.version ?? '';
  const data = {
    definition: id,
    definitionVersion,
    response,
    assessedAt,
    proposal,
    overridden,
    sourceRecord,
  };
  const fresh = newOf('ResponseRecorded', [{ field: 'sourceRecord', data }], state.entries);
  if (isRejection(fresh)) return fresh;
  return fresh.map(() =>
    entry('ResponseRecorded', data, { occurredAt: happened(assessedAt, context.facts), reason }),
  );
}
