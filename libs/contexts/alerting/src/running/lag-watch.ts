import type { Clock } from '@platform/kernel';

/** A view or a reaction, and where it stands. */
export interface Follower {
  /** `view:alert-inbox`, `reaction:consider-alerts` */
  readonly component: string;
  readonly position: bigint;
  readonly failed: boolean;
}

/** Behind for longer than this, without having moved, it lags. */
export const lagLimitMs = 5 * 60_000;

/**
 * Finds what stands still behind the log's end. It says the same again until the component moves; the alert that
 * follows has an id made of component and position, so that it is raised once.
 */
export class LagWatch {
  private readonly stuck = new Map<string, { readonly position: bigint; readonly since: number }>();

  constructor(private readonly clock: Clock) {}

  lagging(followers: readonly Follower[], head: bigint): Follower[] {
    const now = this.clock.now();
    return followers.filter(follower => {
      const { component, position, failed } = follower;
      const known = this.stuck.get(component);
      if (position >= head) {
        this.stuck.delete(component);
        return false;
      }
      if (known?.position !== position) this.stuck.set(component, { position, since: now });
      const since = known?.position === position ? known.since : now;
      return failed || now - since >= lagLimitMs;
    });
  }
}
