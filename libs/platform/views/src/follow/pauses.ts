import { setTimeout as delay } from 'node:timers/promises';

/*
 * All waiting of this library. It decides nothing but how soon something is looked at again, so it is no
 * port: a simulated history has the same rows whatever these take.
 */

/** Waits, or until the signal aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Lets whatever else waits for this thread go first: requests, above all. */
export const giveWay = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Does something after a while, unless the returned function is called before. */
export function after(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
}

/** Does something again and again, until the returned function is called. */
export function every(milliseconds: number, action: () => void): () => void {
  const timer = setInterval(action, milliseconds);
  return () => clearInterval(timer);
}
