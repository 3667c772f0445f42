import { Temporal } from '@js-temporal/polyfill';

/*
 * What the clocks of a place show. The calendar of a zone costs fifty microseconds a question, and the events of a
 * trial ask the same ones again and again: what it answered is remembered, and comes out the same.
 */

const mostAnswers = 4_096;

/** Remembers what a pure function answered for two texts; all is forgotten when there is too much of it. */
export function remembering<Answer>(
  ask: (zone: string, about: string) => Answer,
): (zone: string, about: string) => Answer {
  const answers = new Map<string, Answer>();
  return (zone, about) => {
    const key = `${zone} ${about}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(zone, about);
    if (answers.size >= mostAnswers) answers.clear();
    answers.set(key, answer);
    return answer;
  };
}

const quarterMs = 15 * 60_000;
/**
 * Since then every zone has been set by whole quarters of an hour, at whole quarters (IANA tz database). Newfoundland
 * was the last to do it a minute after midnight, until November 2011.
 */
const quartersSince = Date.parse('2012-01-01T00:00:00.000Z');
const quartersUntil = Date.parse('2100-01-01T00:00:00.000Z');

const offsetFrom = remembering((zone, quarter) => {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(Number(quarter)).toZonedDateTimeISO(
    zone,
  );
  return offsetNanoseconds / 1e6;
});

/**
 * The wall-clock time of an instant in a zone, cut to the second: `2024-03-05T16:15:00`.
 * @throws RangeError for what is no instant or no zone
 */
export function clockOf(zone: string, instant: string): string {
  const epochMs = Date.parse(instant);
  const isPlain = epochMs >= quartersSince && epochMs < quartersUntil && isInstantText(instant, epochMs);
  if (!isPlain) return clockAsked(zone, instant);
  const offsetMs = offsetFrom(zone, String(epochMs - (epochMs % quarterMs)));
  return new Date(epochMs + offsetMs).toISOString().slice(0, 19);
}

/** Whether a text is what `toInstant` writes: `Date.parse` also reads much that is no instant. */
const isInstantText = (text: string, epochMs: number): boolean =>
  text.length === 24 && text === new Date(epochMs).toISOString();

const clockAsked = (zone: string, instant: string): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second', roundingMode: 'trunc' });
