import { Inject, Injectable, Optional } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { CLOCK, formatPosition, toInstant, type Clock, type Position } from '@platform/kernel';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { ViewDatabase, ViewEngine } from '@platform/views';
import {
  ACCESS_JOURNAL,
  ACCESS_POLICY,
  type AccessEntry,
  type AccessJournal,
  type AccessPolicy,
} from './access';
import {
  attach,
  type Caller,
  type Command,
  type Grant,
  type Receipt,
  type Submission,
  type Target,
} from './command';
import { AccessRefused, NotYetVisible } from './errors';
import { attachContext, type Answered, type Asking, type Query, type StandsAt } from './query';
import { Runner } from './running/runner';
import { SIGNATURE_CHECK, takeComponents, type SignatureCheck, type SigningAttempt } from './signing/signing';
import { commandRowOf, queryRowOf } from './table';

/** How long a query waits for its views to reach the position that was asked for. */
const patienceMs = 2_000;

/**
 * The one way in: every command and query of every host passes here before it reaches a bus. Nest's guards protect
 * routes only; queue consumers, reactions and the command line come through this door as well.
 */
@Injectable()
export class Gate {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(ACCESS_POLICY) private readonly policy: AccessPolicy,
    @Inject(ACCESS_JOURNAL) private readonly journal: AccessJournal,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(ViewDatabase) private readonly views: ViewDatabase,
    @Inject(ViewEngine) private readonly engine: ViewEngine,
    @Inject(Runner) private readonly runner: Runner,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(SIGNATURE_CHECK) private readonly signatures?: SignatureCheck,
  ) {}

  /**
   * @throws AccessRefused | SignatureRefused, or whatever `Runner.run` throws; in every case nothing of the command was
   *   written
   */
  async submit(command: Command, submission: Submission): Promise<Receipt> {
    const { permission, signature } = commandRowOf(command);
    const { caller, target, address } = submission;
    const components = signature && takeComponents(command);
    const request = { permission, target, address, request: command.constructor.name };
    const grant = await this.authorise(caller, request);
    const isSigned = signature?.asked === 'always' || components !== undefined;
    const signed = isSigned ? await this.signed({ ...request, caller, components }) : undefined;
    attach(command, submission, grant, signed);
    return this.commands.execute<Command, Receipt>(command);
  }

  /** @throws AccessRefused | NotYetVisible | QueryRejected */
  async ask<Answer extends object>(query: Query, asking: Asking): Promise<Answered<Answer>> {
    const row = queryRowOf(query);
    const { caller, target, address } = asking;
    const request = { permission: row.permission, target, address, request: query.constructor.name };
    const grant = await this.authorise(caller, request);
    const asOf = await this.resolve(asking.asOf);
    const reached = await this.reached(row.views, asOf ?? asking.after);
    const standsAt = asOf ?? reached;
    attachContext(query, {
      scope: grant.scope,
      target,
      caller,
      asOf,
      standsAt,
      now: toInstant(asOf === undefined ? this.clock.now() : ((await this.log.timeAt(asOf)) ?? 0)),
      log: this.log,
      views: this.views,
      streams: this.runner.streams,
    });
    const entry = {
      ...request,
      kind: 'read',
      caller,
      role: grant.role,
      asOf: asOf === undefined ? undefined : formatPosition(asOf),
    } as const;
    // The read is written down before its answer leaves; both run side by side.
    const [answer] = await Promise.all([
      this.queries.execute<Query, Answer>(query),
      this.journal.record(entry),
    ]);
    return { standsAt: await this.describe(standsAt, asOf !== undefined), ...answer };
  }

  private async authorise(
    caller: Caller,
    request: { permission: string; target: Target; address?: string; request: string },
  ): Promise<Grant> {
    const grant = this.policy.grant(caller, request.permission, request.target);
    if (grant) return grant;
    const entry: AccessEntry = { ...request, kind: 'refused', caller };
    await this.journal.record(entry);
    throw new AccessRefused(request.permission);
  }

  /** A repeated request is signed again, too: nobody learns by its key alone what somebody else has signed. */
  private signed(attempt: SigningAttempt): Promise<readonly string[]> {
    if (!this.signatures) throw new Error('This process has nothing that signatures could be checked with.');
    return this.signatures.check(attempt);
  }

  private async resolve(asOf: Asking['asOf']): Promise<Position | undefined> {
    if (!asOf) return undefined;
    if ('instant' in asOf) return this.log.positionAt(Date.parse(asOf.instant));
    const head = await this.log.head();
    return asOf.position < head ? asOf.position : head;
  }

  private async reached(views: readonly string[], after: Position | undefined): Promise<Position> {
    if (views.length === 0) return this.log.head();
    if (after !== undefined && !(await this.engine.waitFor(after, views, patienceMs))) {
      throw new NotYetVisible(formatPosition(after), formatPosition(await this.engine.positionOf(views)));
    }
    return this.engine.positionOf(views);
  }

  private async describe(position: Position, asOf: boolean): Promise<StandsAt> {
    const time = await this.log.timeAt(position);
    return {
      position: formatPosition(position),
      recordedAt: time === undefined ? null : toInstant(time),
      asOf,
    };
  }
}
