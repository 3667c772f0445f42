import { failedForGood, failedForNow } from '../failed';
import type { DeliveryFailure, DeliveryResult } from '../port';

const shortestWaitMs = 1_000;
const longestWaitMs = 24 * 3_600_000;

/**
 * What a status code says about a message, after Standard Webhooks ("Delivery success and failure").
 * @param retryAfter the header, when there is one
 */
export function resultOf(status: number, retryAfter: string | undefined, nowMs: number): DeliveryResult {
  const detail = String(status);
  if (status >= 200 && status < 300) return { outcome: 'delivered', reference: detail };
  const passing = passingFailure(status);
  if (passing) {
    const retryAfterMs = retryAfterOf(retryAfter, nowMs);
    return failedForNow(passing, { detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
  if (status >= 300 && status < 400) return failedForGood('redirected', { detail });
  return failedForGood(status === 410 ? 'gone' : 'rejected', { detail });
}

/** What passes: the request took too long, collided with another one or came too early; load; trouble over there. */
function passingFailure(status: number): DeliveryFailure | undefined {
  if (status === 408 || status === 409 || status === 425) return 'deferred';
  if (status === 429) return 'rate-limited';
  return status >= 500 ? 'server-error' : undefined;
}

/**
 * `Retry-After` of RFC 9110 10.2.3, seconds or a date, as milliseconds from now: not shorter than a second, for a date
 * that has passed meanwhile, and not longer than a day, as an alert has to come out at some time.
 */
export function retryAfterOf(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : httpDate(text) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, shortestWaitMs), longestWaitMs);
}

/** The one form that senders may write (IMF-fixdate); NaN for anything else. */
const httpDate = (text: string): number =>
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text) ? Date.parse(text) : Number.NaN;
