/** What may go wrong with a call. Each is done to the next call of its kind, once. */
export type Fault =
  /** No answer, ever; a subscription is confirmed, and then nothing comes. */
  | { readonly kind: 'silent' }
  /** The server ends the call in good order: an answer without content, a stream that is over. */
  | { readonly kind: 'end' }
  /** A gRPC status. */
  | { readonly kind: 'error'; readonly code: number; readonly details?: string }
  /** The node is no leader, and names the one that is. */
  | { readonly kind: 'not leader'; readonly host: string; readonly port: number }
  /** The answer waits until it is let go: slow, or behind answers to later calls. */
  | { readonly kind: 'held'; readonly until: Promise<unknown> }
  /** The server says that the stream stands elsewhere. */
  | { readonly kind: 'wrong version' };

export type Operation = 'append' | 'batch append' | 'read' | 'subscribe' | 'features' | 'delete';

interface Planned {
  readonly fault: Fault;
  /** Whether the append was written although its caller does not learn of it. */
  readonly persisted: boolean;
}

export class FaultPlan {
  private readonly planned = new Map<Operation, Planned[]>();

  /** @param times how many calls, one after the other */
  next(operation: Operation, fault: Fault, { persisted = false, times = 1 } = {}): void {
    const queue = this.planned.get(operation) ?? [];
    for (let i = 0; i < times; i++) queue.push({ fault, persisted });
    this.planned.set(operation, queue);
  }

  take(operation: Operation): Planned | undefined {
    return this.planned.get(operation)?.shift();
  }

  /** How many calls of a kind will still meet one. */
  left(operation: Operation): number {
    return this.planned.get(operation)?.length ?? 0;
  }
}
