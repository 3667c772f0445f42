import { laterOf, logStart, toPosition, type Position } from '@platform/kernel';
import { LogUnavailable } from '../port';
import type { LogClient, StoredEvent } from './log-client';

/** Events that are looked at in one step. It begins with one, and goes on with ten times as many as before. */
const mostAtOnce = 1_000;

/**
 * Finds the ledger's last event behind whatever the server has written about itself since. What was looked at once is
 * not looked at again: asking costs one event when nothing has happened.
 */
export class LogEnd {
  /** The last event of the ledger among all events up to a position of the server's. */
  private known = { upTo: -1n, own: logStart };

  constructor(
    private readonly client: LogClient,
    private readonly isOwn: (event: StoredEvent) => boolean,
  ) {}

  /** @throws LogUnavailable when the log ends before what this process has seen of it */
  async find(): Promise<Position> {
    const { upTo } = this.known;
    let end: bigint | undefined;
    let from: bigint | 'end' = 'end';
    for (let count = 1; ; count = Math.min(count * 10, mostAtOnce)) {
      const page: StoredEvent[] = await this.client.readAll({ from, count, backwards: true });
      end ??= page[0]?.position ?? -1n;
      if (end < upTo) throw lostEnd(end, upTo);
      const known = page.findIndex(({ position }) => position <= upTo);
      const fresh = known < 0 ? page : page.slice(0, known);
      const own = fresh.find(this.isOwn);
      if (own) return this.learn(end, toPosition(own.position));
      if (known >= 0 || page.length < count) return this.learn(end, this.known.own);
      from = page.at(-1)!.position;
    }
  }

  private learn(upTo: bigint, own: Position): Position {
    if (upTo >= this.known.upTo) this.known = { upTo, own: laterOf(own, this.known.own) };
    return own;
  }
}

const lostEnd = (end: bigint, known: bigint): LogUnavailable =>
  new LogUnavailable('corrupt storage', 'not written', {
    cause: new Error(
      `The log ends at ${end}, and was read up to ${known} before: it was restored or replaced.`,
    ),
  });
