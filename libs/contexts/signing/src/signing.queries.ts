import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { Query, queryRow, type QueryContext } from '@platform/commands';
import { IsOmittable, IsStreamIdText } from '@platform/http';
import type { Permission } from '@trial/access';
import {
  readSignatures,
  signingStates,
  type ParticipantSignatures,
  type SigningState,
} from './signatures.reader';
import { verifySignature, type SignatureVerification } from './verification';
import { participantsKnown } from './views/participant-streams';

/** The signatures under a participant's data, and what there is to sign. */
export class ReadSignatures extends Query {}

/** Proves one signature again from the events. */
export class VerifySignature extends Query {}

/** Whose data are signed, are not, or were changed after it, in the order of the participants' numbers. */
export class ListSignatures extends Query {
  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsIn(signingStates)
  state?: SigningState;

  /** Rows on a page; 50 unless given. */
  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit?: number;

  /** `next` of the page before. */
  @IsOmittable()
  @IsStreamIdText()
  cursor?: string;
}

export interface SignatureList {
  readonly participants: readonly ParticipantSignatures[];
  readonly next?: string;
}

const reading = 'signature.read' satisfies Permission;
const views = ['participant-streams'];

export const signingQueries = [
  queryRow<ReadSignatures, ParticipantSignatures>({
    query: ReadSignatures,
    permission: reading,
    views,
    answer: (_, context) => readSignatures(whoseOf(context), context),
  }),
  queryRow<VerifySignature, SignatureVerification>({
    query: VerifySignature,
    permission: reading,
    views: [],
    answer: (_, context) =>
      verifySignature({ ...whoseOf(context), signature: context.target.signature! }, context),
  }),
  queryRow<ListSignatures, SignatureList>({
    query: ListSignatures,
    permission: reading,
    views,
    answer: listSignatures,
  }),
];

const whoseOf = ({ target }: QueryContext) => ({
  trial: target.trial!,
  participant: target.participant!,
});

/** A state is known only once a participant's events were looked at: a page looks on until it is full. */
async function listSignatures(
  { site, state, limit = 50, cursor }: ListSignatures,
  context: QueryContext,
): Promise<SignatureList> {
  const { views: database, scope, standsAt } = context;
  const known = await participantsKnown(database, scope, standsAt, { site, behind: cursor });
  const participants: ParticipantSignatures[] = [];
  for (const participant of known) {
    if (participants.length === limit) return { participants, next: participants.at(-1)!.participant };
    const signed = await readSignatures({ trial: scope.trial, participant }, context);
    if (state === undefined || signed.state === state) participants.push(signed);
  }
  return { participants };
}
