import { Type } from 'class-transformer';
import { IsIn, Matches, ValidateNested } from 'class-validator';
import { Command, commandRow, type Addressed, type FactReader } from '@platform/commands';
import { IsOmittable, ReasonInput, SignatureInput } from '@platform/http';
import { eventIdOf, laterOf, logStart, type Position, type Subject } from '@platform/kernel';
import { siteOfParticipant, type Permission } from '@trial/access';
import { isSignedData } from './domain/changes';
import { contentOf, digestOf, type SignedStream } from './domain/content';
import * as signature from './domain/signature';
import { streamsOf } from './views/participant-streams';

/** Signs a participant's data as they were shown at a position. */
export class SignData extends Command implements signature.Signing {
  @IsIn(signature.milestones)
  milestone: signature.Milestone;

  /** Where the data stood that were looked at, decimal text. */
  @Matches(/^\d{1,19}$/)
  position: string;

  /** Of the data at that position, as they were shown. */
  @Matches(/^[0-9a-f]{64}$/)
  digest: string;

  /** Mandatory where an own signature at this milestone stands already. */
  @IsOmittable()
  @ValidateNested()
  @Type(() => ReasonInput)
  reason?: ReasonInput;

  @ValidateNested()
  @Type(() => SignatureInput)
  signature: SignatureInput;
}

export class WithdrawSignature extends Command {
  @ValidateNested()
  @Type(() => ReasonInput)
  reason: ReasonInput;

  @ValidateNested()
  @Type(() => SignatureInput)
  signature: SignatureInput;
}

/**
 * The data as they stand now. The list of streams comes from a view that has reached the log's end at this moment, each
 * stream's head from the log. What is recorded between this and the signing is not covered, and shows as such.
 */
async function readData({ target }: Addressed<Command>, reader: FactReader): Promise<signature.DataToSign> {
  const { trial, participant } = target as { trial: string; participant: string };
  const head = await reader.logHead();
  const views = await reader.viewsAt(head, ['participant-streams']);
  const streams: SignedStream[] = [];
  let lastPosition: Position = logStart;
  const known = await streamsOf(views, { trial, participant }, head);
  for (const stream of known.filter(isSignedData)) {
    const { head: at, position } = await reader.headOf(stream);
    streams.push({ stream, revision: at.revision, hash: at.hash });
    lastPosition = laterOf(lastPosition, position);
  }
  return { content: contentOf(trial, participant, streams), lastPosition, head: laterOf(head, lastPosition) };
}

const ofParticipant = {
  permission: 'signature.sign' satisfies Permission,
  stream: ({ target }: Addressed<Command>) => signature.signatureStream(target.trial!, target.participant!),
  decider: signature.signatureDecider,
  subject: ({ target }: Addressed<Command>): Subject => ({
    ...target,
    site: siteOfParticipant(target.participant!),
  }),
};

export const signingCommands = [
  commandRow({
    ...ofParticipant,
    command: SignData,
    signature: {
      meaning: signature.endorsement,
      asked: 'always',
      hash: (_, { content }) => digestOf(content),
    },
    facts: readData,
    decide: signature.signData,
    gives: ({ commandId, command }, { state: { signatures } }) => {
      const same = signatures.find(({ digest, ended }) => digest === command.digest && ended === undefined);
      return { signature: same?.signature ?? eventIdOf(commandId, 0) };
    },
  }),
  commandRow({
    ...ofParticipant,
    command: WithdrawSignature,
    signature: { meaning: signature.withdrawal, asked: 'always' },
    decide: signature.withdrawSignature,
  }),
];
