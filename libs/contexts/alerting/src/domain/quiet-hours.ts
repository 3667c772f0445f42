import { addDays, dayOf, localTimeIn, spanOf, toInstant } from '@platform/kernel';
import type { QuietHours } from './contact';
import { neverQuiet, type AlertKind } from './kinds';

/**
 * Until when an alert is held back: the end of the quiet hours (UTC text) that an instant lies in; undefined when it
 * goes out at once, as those kinds always do that nobody may be spared.
 */
export function quietUntil(
  quiet: QuietHours | undefined,
  kind: AlertKind,
  instant: string,
): string | undefined {
  if (!quiet || neverQuiet.includes(kind)) return undefined;
  const { from, to, zone } = quiet;
  const local = localTimeIn(zone, instant);
  const [day, time] = [dayOf(local), local.slice(11, 16)];
  const overnight = to < from;
  const within = overnight ? time >= from || time < to : time >= from && time < to;
  if (!within) return undefined;
  const endDay = overnight && time >= from ? addDays(day, 1) : day;
  return toInstant(spanOf({ at: `${endDay}T${to}`, zone }).from);
}
