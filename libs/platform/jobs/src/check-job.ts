import { JobRefused, type Job } from './port';

/** What every queue can hold as an id: no `:`, which separates keys in Redis, and no blank. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const kindPattern = /^[a-z][a-z0-9-]{0,63}$/;
/** Ids, stream names, positions, instants: one word without blanks, so that nobody is tempted to write sentences. */
const refPattern = /^[A-Za-z0-9_.:@+-]{1,200}$/;
const maxRefsBytes = 1024;

/**
 * Its messages quote nothing: whoever wrote clinical data into a job would find it in the logs.
 * @throws JobRefused for a job that not every queue could hold, or that holds more than ids
 */
export function checkJob({ id, kind, refs, runAt }: Job): void {
  // Integers are a queue's own ids in BullMQ.
  if (!idPattern.test(id) || /^\d+$/.test(id)) throw new JobRefused('its id is no word, or a number');
  if (!kindPattern.test(kind)) throw new JobRefused('its kind is no lower-case word');
  if (!Number.isSafeInteger(runAt)) throw new JobRefused('its time is no whole number of milliseconds');
  for (const [name, value] of Object.entries(refs)) {
    if (!refPattern.test(name) || typeof value !== 'string' || !refPattern.test(value)) {
      throw new JobRefused('its references are not ids only');
    }
  }
  if (JSON.stringify(refs).length > maxRefsBytes) throw new JobRefused('its references have more than 1 KiB');
}
