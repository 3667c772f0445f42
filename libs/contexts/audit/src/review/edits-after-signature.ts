import { evolveUpTo, type QueryContext } from '@platform/commands';
import { eachOfStream } from '@platform/event-log';
import { formatPosition, type Position, type RecordedEvent, type StreamName } from '@platform/kernel';
import {
  editsBehindSignatures,
  editsOfSigned,
  signatureDecider,
  signatureStream,
  type EditFilter,
  type EditFound,
  type Signature,
} from '@trial/signing';

/** A signature as a finding names it. */
export interface SignatureNamed {
  readonly signature: string;
  readonly milestone: string;
  readonly user: string;
  readonly printedName: string;
  readonly signedAt: string;
}

/** A fact that was signed and edited afterwards. The edit itself stands in the trail at `position`. */
export interface EditAfterSignature extends EditFound {
  /** The latest signature that covered the fact. */
  readonly after: SignatureNamed;
  /** The first one that covers the edit as well; null as long as nobody has signed again. */
  readonly signedAgain: SignatureNamed | null;
}

type Reading = Pick<QueryContext, 'log' | 'views' | 'scope' | 'standsAt'>;

/** Edits that the view offers are looked at in lots of this many. */
const lotSize = 200;

/**
 * Edits of signed facts in the order of recording, up to the position of the answer. The view knows which edits came
 * behind a signature; whether they touch what it covers, and who has signed since, is read from the log.
 */
export async function* editsAfterSignature(
  filter: Omit<EditFilter, 'limit'>,
  reading: Reading,
): AsyncGenerator<EditAfterSignature> {
  const looked = new SignedRecords(reading);
  let { behind } = filter;
  for (;;) {
    const { views, scope, standsAt } = reading;
    const lot = await editsBehindSignatures(views, scope, standsAt, { ...filter, behind, limit: lotSize });
    for (const edit of lot) {
      const after = await looked.coveringBefore(edit);
      if (after) yield { ...edit, after: named(after), signedAgain: await looked.coveringSince(edit) };
    }
    if (lot.length < lotSize) return;
    behind = lot.at(-1)!.position as Position;
  }
}

/** Signatures and edited streams, each read once for one answer. */
class SignedRecords {
  private readonly signatures = new Map<string, Promise<readonly Signature[]>>();
  private readonly edits = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(private readonly reading: Reading) {}

  /** The latest signature that stood when something was edited, and that covers what was edited. */
  async coveringBefore(edit: EditFound): Promise<Signature | undefined> {
    const all = await this.signaturesOf(edit.participant);
    for (const signature of all.toReversed()) {
      const covered = coveredOf(signature, edit.stream);
      const stood = signature.ended?.how !== 'withdrawn' || signature.ended.at > edit.recordedAt;
      if (!stood || covered < 0 || covered >= edit.revision) continue;
      if ((await this.editsSince(edit.stream, covered)).has(edit.event)) return signature;
    }
    return undefined;
  }

  async coveringSince(edit: EditFound): Promise<SignatureNamed | null> {
    const all = await this.signaturesOf(edit.participant);
    const since = all.find(signature => {
      return signature.ended?.how !== 'withdrawn' && coveredOf(signature, edit.stream) >= edit.revision;
    });
    return since ? named(since) : null;
  }

  private signaturesOf(participant: string): Promise<readonly Signature[]> {
    const { log, scope, standsAt } = this.reading;
    const stream = signatureStream(scope.trial, participant);
    return kept(this.signatures, participant, async () => {
      const { state } = await evolveUpTo(log, stream, signatureDecider, standsAt);
      return state.signatures;
    });
  }

  private editsSince(stream: string, covered: number): Promise<ReadonlySet<string>> {
    const { log, standsAt } = this.reading;
    return kept(this.edits, `${stream} ${covered}`, async () => {
      const tail: RecordedEvent[] = [];
      const wanted = { from: covered + 1, upTo: standsAt };
      for await (const event of eachOfStream(log, stream as StreamName, wanted)) tail.push(event);
      return new Set(editsOfSigned(tail).map(({ id }) => id));
    });
  }
}

function kept<Value>(known: Map<string, Promise<Value>>, key: string, read: () => Promise<Value>) {
  const before = known.get(key);
  if (before) return before;
  const reading = read();
  known.set(key, reading);
  return reading;
}

/** Last revision of a stream that a signature covers; -1 where it covers none of it. */
const coveredOf = ({ content }: Signature, stream: string): number =>
  content.streams.find(signed => signed.stream === stream)?.revision ?? -1;

const named = ({ signature, milestone, signer, signedAt }: Signature): SignatureNamed => ({
  ...{ signature, milestone, signedAt },
  ...{ user: signer.user, printedName: signer.printedName },
});

/** How often somebody has edited signed facts at a site. */
export interface EditorOfSigned {
  readonly site: string;
  readonly user: string;
  readonly role: string;
  readonly edits: number;
  /** Those that nobody has signed again. */
  readonly notSignedAgain: number;
}

/** By person and site, whoever has most that is not signed again first. */
export async function countEditors(
  filter: Omit<EditFilter, 'limit'>,
  reading: Reading,
): Promise<EditorOfSigned[]> {
  const editors = new Map<string, EditorOfSigned>();
  for await (const { site, user, role, signedAgain } of editsAfterSignature(filter, reading)) {
    const key = `${site} ${user} ${role}`;
    const { edits, notSignedAgain } = editors.get(key) ?? { edits: 0, notSignedAgain: 0 };
    const open = notSignedAgain + (signedAgain ? 0 : 1);
    editors.set(key, { site, user, role, edits: edits + 1, notSignedAgain: open });
  }
  return [...editors.values()].toSorted(
    (a, b) => b.notSignedAgain - a.notSignedAgain || b.edits - a.edits || (a.user < b.user ? -1 : 1),
  );
}

export const textPosition = (edit: EditAfterSignature) => ({
  ...edit,
  position: formatPosition(edit.position as Position),
});
