import type { View } from '@platform/views';
import { participantStreams } from './views/participant-streams';
import { signatureLog } from './views/signature-log';

export { editsOfSigned, goingOnTypes } from './domain/changes';
export {
  signatureDecider,
  signatureStream,
  type Milestone,
  type Signature,
  type SignatureEvent,
  type SignaturesState,
} from './domain/signature';
export {
  readSignatures,
  signingOver,
  type DataHead,
  type ParticipantSignatures,
  type SignatureShown,
  type SigningState,
} from './signatures.reader';
export { SignData, WithdrawSignature } from './signing.commands';
export { SigningModule } from './signing.module';
export { ListSignatures, ReadSignatures, VerifySignature, type SignatureList } from './signing.queries';
export { streamsOf } from './views/participant-streams';
export { editsBehindSignatures, type EditFilter, type EditFound } from './views/signature-log';

export const signingViews: readonly View[] = [participantStreams, signatureLog];
