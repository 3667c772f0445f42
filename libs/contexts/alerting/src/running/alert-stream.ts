import type { QueryContext, StreamCache } from '@platform/commands';
import { formatPosition, laterOf, toPosition, type Position, type Timers } from '@platform/kernel';
import type { ViewEngine } from '@platform/views';
import { accountDecider, accountStream, isUserId } from '@trial/access';
import { alertInbox, alertNews, type AlertNews } from '../views/alert-inbox';

/** Between two signs of life while nothing happens. */
const heartbeatMs = 15_000;
const pageSize = 200;

interface Followed {
  readonly engine: Pick<ViewEngine, 'waitFor' | 'positionOf'>;
  readonly timers: Timers;
}

export const streamMediaType = 'text/event-stream; charset=utf-8';

/**
 * What happens to the alerts that the caller may see, as server-sent events (WHATWG HTML, 9.2): the id is the position,
 * so that a client that comes back with it misses nothing. Rights are those of the request; anything that happens to
 * the caller's account ends the stream, and the client asks anew.
 */
export async function* alertStreamText(
  after: Position,
  { views, scope, caller, streams }: Pick<QueryContext, 'views' | 'scope' | 'caller' | 'streams'>,
  { engine, timers }: Followed,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const began = await accountRevision(streams, caller.user);
  let seen = after;
  // So that the client knows at once that it is heard, and from where on.
  yield `retry: 2000\nid: ${formatPosition(seen)}\n\n`;
  while (!signal.aborted) {
    // Asked before the news, so that what comes in between ends the waiting at once.
    const reached = laterOf(seen, await engine.positionOf([alertInbox.name]));
    const news = await alertNews(views, scope, seen, pageSize);
    // Who lost a role between two looks is told nothing of what has happened since.
    if ((await accountRevision(streams, caller.user)) !== began) return;
    if (news.length > 0) yield news.map(textOf).join('');
    const last = news.at(-1);
    if (last) seen = toPosition(last.number);
    if (news.length === pageSize) continue;
    if (!(await moved({ engine, timers }, reached, signal)) && !signal.aborted) yield ': still here\n\n';
  }
}

async function accountRevision(streams: StreamCache, user: string): Promise<number> {
  if (!isUserId(user)) return -1;
  return (await streams.load(accountStream(user), accountDecider)).head.revision;
}

/** Whether the inbox comes further before a heartbeat is due, or the signal aborts. */
function moved({ engine, timers }: Followed, from: Position, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    const timer = timers.after(heartbeatMs, () => settle(false));
    const onAbort = (): void => settle(false);
    const settle = (further: boolean): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      resolve(further);
    };
    signal.addEventListener('abort', onAbort);
    const next = toPosition(from + 1n);
    // A view that has failed answers at once and for ever: then the heartbeat is what is waited for.
    engine.waitFor(next, [alertInbox.name], heartbeatMs).then(
      reached => (reached ? settle(true) : undefined),
      () => undefined,
    );
  });
}

function textOf({ number, ...news }: AlertNews): string {
  return `id: ${number}\nevent: ${news.type}\ndata: ${JSON.stringify(news)}\n\n`;
}
