import { LogUnavailable, type Appended, type EventLog, type LogFailure } from '@platform/event-log';
import type { Clock } from '@platform/kernel';

export interface AppendObserver {
  appended(stream: string, result: Appended): void;
  failed(failure: LogFailure): void;
}

/** The same log; who observes it is told what became of each append. */
export function observedLog(log: EventLog, observers: readonly AppendObserver[]): EventLog {
  return new Proxy(log, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name === 'append') {
        return async (...call: Parameters<EventLog['append']>) => {
          try {
            const result = await target.append(...call);
            for (const observer of observers) observer.appended(call[0], result);
            return result;
          } catch (error) {
            if (error instanceof LogUnavailable)
              for (const observer of observers) observer.failed(error.failure);
            throw error;
          }
        };
      }
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

const rememberedMs = 30_000;

/**
 * Whether the log takes appends, as far as the last one told. A failure counts for half a minute only: a host that gets
 * no requests because it is not ready would otherwise never learn that there is room again.
 */
export class AppendHealth implements AppendObserver {
  private failure?: { readonly kind: LogFailure; readonly atMs: number };

  constructor(private readonly clock: Clock) {}

  appended(): void {
    this.failure = undefined;
  }

  failed(kind: LogFailure): void {
    // A busy moment passes by itself, and the request that met it may be sent again.
    if (kind !== 'no answer') this.failure = { kind, atMs: this.clock.now() };
  }

  get problem(): LogFailure | undefined {
    const { kind, atMs = 0 } = this.failure ?? {};
    return this.clock.now() - atMs < rememberedMs ? kind : undefined;
  }
}
