declare const brand: unique symbol;

/** The name of one consistency boundary, for example `participant-NCT05794425.03-007`. */
export type StreamName = string & { readonly [brand]: 'StreamName' };

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Whether a text may be part of a stream's name. Ids are coded: never a person's name or a hospital's number. */
export const isStreamId = (text: string): boolean => idPattern.test(text);

/**
 * Names a stream from its category and ids: `streamName('site', trial, site)` is `site-{trial}.{site}`.
 * @throws Error for an id with other characters than letters, digits, `_` and `-`, or longer than 64.
 */
export function streamName(category: string, ...ids: readonly string[]): StreamName {
  const wrong = ids.find(id => !isStreamId(id));
  if (wrong !== undefined || ids.length === 0)
    throw new Error(`"${wrong ?? ''}" cannot be part of a stream's name.`);
  return `${category}-${ids.join('.')}` as StreamName;
}

/** The category of a stream: the text before the first hyphen. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));

/** The ids in a stream's name, in their order. */
export const idsOf = (stream: string): string[] => stream.slice(stream.indexOf('-') + 1).split('.');
