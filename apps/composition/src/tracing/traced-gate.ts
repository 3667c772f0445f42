import { Inject, Injectable } from '@nestjs/common';
import {
  AccessRefused,
  CommandRejected,
  Gate,
  IdempotencyKeyReused,
  NotYetVisible,
  QueryRejected,
  type Answered,
  type Asking,
  type Command,
  type Query,
  type Receipt,
  type Submission,
} from '@platform/commands';
import { IDS, type Ids } from '@platform/kernel';
import { Origins } from './origins';
import { Tracing } from './tracing';

const answers = [AccessRefused, CommandRejected, IdempotencyKeyReused, NotYetVisible, QueryRejected];
const isAnswer = (error: unknown): boolean => answers.some(answer => error instanceof answer);

/** Draws what passes the gate. A command goes into the trace of its correlation, wherever it comes from. */
@Injectable()
export class TracedGate extends Gate {
  @Inject(Tracing) private readonly tracing: Tracing;
  @Inject(Origins) private readonly origins: Origins;
  @Inject(IDS) private readonly ids: Ids;

  override async submit(command: Command, submission: Submission): Promise<Receipt> {
    const { name } = command.constructor;
    // What the runner would draw a moment later: the command's id is its correlation unless it has one.
    const commandId = submission.commandId ?? this.ids.next();
    const traceId = await this.origins.traceOf(
      submission.target.alert,
      submission.correlationId ?? commandId,
    );
    const attributes = { 'ledger.command': name, 'ledger.source': submission.source };
    return this.tracing.around(`command ${name}`, { traceId, attributes, isAnswer }, async span => {
      try {
        const receipt = await super.submit(command, { ...submission, commandId });
        span.setAttributes({ 'ledger.repeated': receipt.repeated, 'ledger.events': receipt.events.length });
        return receipt;
      } catch (error) {
        if (error instanceof CommandRejected) span.setAttribute('ledger.rule', error.rejection.rule);
        throw error;
      }
    });
  }

  override ask<Answer extends object>(query: Query, asking: Asking): Promise<Answered<Answer>> {
    const { name } = query.constructor;
    const attributes = { 'ledger.query': name, 'ledger.as_of': asking.asOf !== undefined };
    return this.tracing.around(`query ${name}`, { attributes, isAnswer }, () =>
      super.ask<Answer>(query, asking),
    );
  }
}
