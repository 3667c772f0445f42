import type { Receipt } from '@platform/commands';
import { passing } from '@trial/participants/testing';
import { days, screeningRequests } from '../trial';

/** A command over HTTP, below the trial, under its `Idempotency-Key`. */
export interface KeyedRequest {
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

/** What somebody sends one after the other, each knowing the receipts of those before. */
export type Steps<Result = void> = Generator<KeyedRequest, Result, Receipt>;

const { diagnosis, results, measurements, statements } = screeningRequests(passing);

/**
 * From a number to an eligible participant, request by request. The consent form was never approved: that departs.
 * @param name begins the keys; each story its own
 * @returns the participant
 */
export function* screening(site: string, name: string): Steps<string> {
  let count = 0;
  const request = (path: string, body: object = {}): KeyedRequest => ({
    path,
    body,
    key: `${name}-${count++}`,
  });
  const { ids } = yield request(`/sites/${site}/participant-numbers`);
  const at = `/participants/${ids.participant}`;
  yield request(at, { prescreenedAt: days.prescreened, sex: 'female', birthYear: 1980 });
  yield request(`${at}/consents`, { version: '1.9', signedAt: days.consented });
  yield request(`${at}/diagnoses`, diagnosis);
  yield request(`${at}/laboratory-results`, { results });
  yield request(`${at}/measurements`, { measurements });
  yield request(`${at}/statements`, { statements });
  const reason = { code: 'judgement', text: 'The form differs from the approved one in its layout only.' };
  yield request(`${at}/screening/decisions`, { decision: 'eligible', decidedAt: days.decided, reason });
  return ids.participant!;
}

export function* enrollment(participant: string): Steps {
  const path = `/participants/${participant}/enrollment`;
  yield { path, body: { enrolledAt: days.decided }, key: `enroll-${participant}` };
}
