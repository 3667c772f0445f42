import type { Random } from '@platform/kernel';
import { enrollment, screening, type KeyedRequest, type Steps } from '../load/screening-story';
import { days, zone } from '../trial';

/** A participant's way from the number to a corrected value, with infusions and adverse events as they are drawn. */
export interface StoryOptions {
  readonly site: string;
  /** Begins the keys, and the terms of the adverse events; each story its own. */
  readonly name: string;
  readonly random: Random;
  /** Whether there is a place left in the trial. */
  readonly enrolls: boolean;
}

const reason = { code: 'transcription', text: 'Read wrongly from the print-out.' };
const afterwards = (time: string) => ({
  at: { at: `${days.decided}T${time}`, zone },
  recordedAfterwards: true,
});

export function* participation({ site, name, random, enrolls }: StoryOptions): Steps {
  const participant = yield* screening(site, name);
  if (enrolls) yield* enrollment(participant);
  const keyed = keysOf(`${name}-then`, `/participants/${participant}`);
  if (enrolls) yield* infusion(keyed, name);
  const count = 1 + Math.floor(3 * random.next());
  for (let event = 0; event < count; event++) yield* adverseEvent(keyed, `${name} ${event}`, random);
  const quantity = { value: 30 + Math.floor(60 * random.next()), unit: 'U/L' };
  const result = { analyte: 'ALT', quantity, collectedAt: '2024-03-05', laboratory: 'central' };
  const [recorded] = (yield keyed('/laboratory-results', { results: [result] })).events;
  const value = { value: quantity.value / 2, unit: 'U/L' };
  yield keyed('/corrections', { event: recorded!.id, field: 'quantity', value, reason });
}

type Keyed = (path: string, body: object) => KeyedRequest;

function keysOf(name: string, at: string): Keyed {
  let count = 0;
  return (path, body) => ({ path: `${at}${path}`, body, key: `${name}-${count++}` });
}

/** Written down afterwards, so that nothing about it is refused. */
function* infusion(keyed: Keyed, name: string): Steps {
  const units = [{ din: `W-${name}`, kind: 'UCB-MSC' }];
  const { ids } = yield keyed('/infusions', { product: 'UCB-MSC', plannedOn: days.decided, units });
  yield keyed(`/infusions/${ids.infusion}/start`, afterwards('09:40'));
  yield keyed(`/infusions/${ids.infusion}/end`, { cellsGiven: 6e7, ...afterwards('10:10') });
}

/** Three in four become serious, which somebody has to be told. */
function* adverseEvent(keyed: Keyed, term: string, random: Random): Steps {
  const { ids, events } = yield keyed('/adverse-events', { term, onset: days.sampled });
  const at = `/adverse-events/${ids.adverseEvent}`;
  yield keyed(`${at}/seriousness`, { hospitalisation: random.next() < 0.75 });
  yield keyed(`${at}/causality`, { term: 'possible' });
  const onset = { event: events[0]!.id, field: 'onset', value: '2024-03-03', reason };
  if (random.next() < 0.5) yield keyed(`${at}/corrections`, onset);
}
