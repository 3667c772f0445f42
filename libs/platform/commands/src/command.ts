import type {
  Decider,
  Decision,
  DecisionContext,
  DomainEvent,
  EditCheck,
  Reason,
  Rejection,
  Scope,
  Source,
  StreamName,
  Subject,
} from '@platform/kernel';
import type { FactReader } from './facts/fact-reader';
import type { SignatureRule } from './signing/signing';

/** The ids in a request's path: trial, site, participant and so on. Coded ids, safe for stream names. */
export type Target = Readonly<Record<string, string>>;

/** Who asks: a person or a component, and the rights that were looked up for this request. */
export interface Caller {
  readonly user: string;
  readonly printedName: string;
  readonly organisation?: string;
  /** Rights as the access policy understands them; opaque here. */
  readonly rights: unknown;
}

/** What a caller holds for one permission on one target: the role that gives it, and how far it reaches. */
export interface Grant {
  readonly role: string;
  readonly scope: Scope;
  readonly site?: string;
  readonly delegation?: string;
}

/**
 * Where a request came from, and what belongs to it besides the command's own fields; set by the edge, not the client.
 */
export interface Submission {
  readonly caller: Caller;
  readonly target: Target;
  readonly source: Source;
  /** Derived from the `Idempotency-Key`; a new one when the client gave none. */
  readonly commandId?: string;
  /** Client's instant, UTC. */
  readonly enteredAt?: string;
  readonly address?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly reason?: Reason;
  readonly editCheck?: EditCheck;
}

const submission = Symbol('submission');
const grant = Symbol('grant');
const signedWith = Symbol('signedWith');

/**
 * The base of every command: a class-validator class whose fields are the request's body. The gate attaches where it
 * came from; a client cannot, because the attachment has no name.
 */
export abstract class Command {
  [submission]?: Submission;
  [grant]?: Grant;
  [signedWith]?: readonly string[];
}

export type CommandClass<C extends Command = Command> = new () => C;

/** A command with its fields, for a caller that is no HTTP request. */
export const filled = <C extends Command>(command: CommandClass<C>, fields: NoInfer<Partial<C>>): C =>
  Object.assign(new command(), fields);

/** @param signed the components of the signature that was made with it, when there is one */
export function attach(command: Command, to: Submission, under: Grant, signed?: readonly string[]): void {
  Object.defineProperty(command, submission, { value: to, configurable: true });
  Object.defineProperty(command, grant, { value: under, configurable: true });
  Object.defineProperty(command, signedWith, { value: signed, configurable: true });
}

/** @throws Error when a command reaches a handler without having passed the gate. */
export function attachedTo(command: Command): {
  submission: Submission;
  grant: Grant;
  signed?: readonly string[];
} {
  const [from, under] = [command[submission], command[grant]];
  if (!from || !under) throw new Error(`${command.constructor.name} did not come through the gate.`);
  return { submission: from, grant: under, signed: command[signedWith] };
}

/** A command with the ids it is meant for. */
export interface Addressed<C> {
  readonly command: C;
  readonly target: Target;
  readonly commandId: string;
}

/** What an accepted command left behind: its events (none when it is repeated), and the state that it met. */
export interface Known<State, Event> {
  readonly events: readonly Event[];
  readonly state: State;
}

/** One row of a context's table: everything there is to know of a command besides its fields. */
export interface CommandRow<C extends Command, State, Event extends DomainEvent, Facts = undefined> {
  readonly command: CommandClass<C>;
  /** Checked by the gate, in front of the bus. */
  readonly permission: string;
  /** Whether it is signed, and what the signature says. Checked by the gate as well. */
  readonly signature?: SignatureRule<NoInfer<C>, NoInfer<Facts>>;
  /** The one stream that the events go to. */
  stream(at: Addressed<NoInfer<C>>): StreamName;
  readonly decider: Decider<State, Event>;
  /** Values of other streams that the decision stands on; each reading is cited in the events' metadata. */
  facts?(at: Addressed<NoInfer<C>>, reader: FactReader): Promise<Facts | Rejection>;
  decide(
    command: NoInfer<C>,
    state: State,
    context: DecisionContext<Facts> & { readonly target: Target },
  ): Decision<Event>;
  /** What the events are about; the target's ids unless given. */
  subject?(at: Addressed<NoInfer<C>>): Subject;
  /** Ids that the caller needs to go on, for the receipt: `{ adverseEvent: '…' }`. */
  gives?(at: Addressed<NoInfer<C>>, known: Known<State, Event>): Readonly<Record<string, string>>;
  /** Reason for the trail when the command itself is one for a change. */
  reason?(command: NoInfer<C>): Reason | undefined;
  /** The protocol version that the facts held, for the trail. */
  protocolVersion?(facts: Facts, state: State): string | undefined;
}

/** A row as the machinery sees it. Types are erased once they have been checked by `commandRow`. */
// oxlint-disable-next-line typescript/no-explicit-any -- rows of all contexts share one table; their types differ
export type AnyCommandRow = CommandRow<any, any, any, any>;

/** Checks a row's types against each other: command, state, events and facts. */
export const commandRow = <C extends Command, State, Event extends DomainEvent, Facts = undefined>(
  row: CommandRow<C, State, Event, Facts>,
): CommandRow<C, State, Event, Facts> => row;

/** What an accepted command answers with. */
export interface Receipt {
  readonly commandId: string;
  readonly stream: string;
  /** Revision of the last event, or where the stream stands when nothing had to be written. */
  readonly revision: number;
  /** Decimal text; give it to a query as `after` to read one's own write. */
  readonly position: string;
  readonly recordedAt: string;
  /** Whether this is the answer to an earlier command with the same key. */
  readonly repeated: boolean;
  readonly ids: Readonly<Record<string, string>>;
  readonly events: readonly { readonly id: string; readonly type: string }[];
}
