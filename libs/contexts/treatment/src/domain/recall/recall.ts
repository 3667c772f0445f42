import {
  streamName,
  unknownEvent,
  withCorrection,
  type Decider,
  type DomainEvent,
  type EventRef,
  type StreamName,
  type ValueCorrected,
} from '@platform/kernel';
import type { ProductUnit, Timed } from '../events';

// Stream

/**
 * Which product of a trial was recalled, and whom that concerns: `productRecalls-{trial}`. One for each trial, because
 * a recall names lots and batches, and a lot has units that the trial has never heard of.
 */
export const recallStream = (trial: string): StreamName => streamName('productRecalls', trial);

// Events. These names are the storage format.

export type RecallEvent =
  | DomainEvent<'ProductRecalled', Recall>
  | DomainEvent<'ProductRecallLifted', OfRecall & Timed>
  | DomainEvent<'RecalledProductTraced', TracedProduct>
  | ValueCorrected;

export interface OfRecall {
  readonly recall: string;
}

export const recallNumbers = ['unit', 'lot', 'batch'] as const;

/** What a recall's numbers are: donation numbers of units, lots, or the manufacturer's batches. */
export type RecallNumbers = (typeof recallNumbers)[number];

/** `at`: since when the product is recalled, as whoever recalled it says. */
export interface Recall extends OfRecall, Timed {
  readonly by: RecallNumbers;
  readonly numbers: readonly string[];
  /** Only units of this kind; every kind unless given. */
  readonly kind?: string;
  /** Who recalled it: the manufacturer, the cord blood bank. */
  readonly issuedBy?: string;
  /** Number of the recall's letter. */
  readonly reference?: string;
}

/** What the record says of recalled units at one site; only what was not traced there before. */
export interface TracedProduct extends OfRecall {
  readonly site: string;
  /** Position of the log as of which it was looked up, decimal text. */
  readonly standsAt: string;
  /** Who received it. */
  readonly exposed: readonly TracedInfusion[];
  /** Planned for somebody, and not given as far as the record tells. */
  readonly held: readonly TracedInfusion[];
}

export interface TracedInfusion {
  readonly participant: string;
  readonly infusion: string;
  /** Donation numbers. */
  readonly units: readonly string[];
  /** Wall-clock time of the start in `zone`; absent while nothing was given. */
  readonly startedAt?: string;
  readonly zone?: string;
}

// State

export interface KnownRecall extends Recall {
  /** Id of the event that recorded it. */
  readonly event: string;
  readonly lifted?: Timed & { readonly event: string };
  readonly enteredInError?: boolean;
}

type RecallEntry =
  | { readonly event: string; readonly type: 'ProductRecalled'; readonly data: Recall & Voidable }
  | {
      readonly event: string;
      readonly type: 'ProductRecallLifted';
      readonly data: OfRecall & Timed & Voidable;
    };

interface Voidable {
  readonly enteredInError?: boolean;
}

/** Infusions that were traced already, of one recall. */
export interface Traced {
  readonly exposed: readonly string[];
  readonly held: readonly string[];
}

export interface RecallState {
  readonly entries: readonly RecallEntry[];
  readonly traced: Readonly<Record<string, Traced>>;
}

const initial: RecallState = { entries: [], traced: {} };

// Evolve

function evolve(state: RecallState, event: RecallEvent, { id }: EventRef): RecallState {
  switch (event.type) {
    case 'ProductRecalled':
      return { ...state, entries: [...state.entries, { event: id, type: event.type, data: event.data }] };
    case 'ProductRecallLifted':
      return { ...state, entries: [...state.entries, { event: id, type: event.type, data: event.data }] };
    case 'RecalledProductTraced': {
      const { recall, exposed, held } = event.data;
      const before = tracedOf(state, recall);
      const ids = (list: readonly TracedInfusion[]) => list.map(({ infusion }) => infusion);
      const traced = {
        exposed: [...before.exposed, ...ids(exposed)],
        held: [...before.held, ...ids(held)],
      };
      return { ...state, traced: { ...state.traced, [recall]: traced } };
    }
    case 'ValueCorrected':
      return { ...state, entries: withCorrection(state.entries, event) };
    default:
      return unknownEvent(event);
  }
}

export const recallDecider: Decider<RecallState, RecallEvent> = { initial, evolve };

// What others ask of it

export const tracedOf = ({ traced }: RecallState, recall: string): Traced =>
  traced[recall] ?? { exposed: [], held: [] };

/** Every recall as it reads after corrections, those entered in error too. */
export function everyRecall({ entries }: RecallState): KnownRecall[] {
  return entries.flatMap(entry => {
    if (entry.type !== 'ProductRecalled') return [];
    const { recall } = entry.data;
    const lifting = entries.findLast(
      each => each.type === 'ProductRecallLifted' && each.data.recall === recall && !each.data.enteredInError,
    );
    const lifted = lifting && { at: lifting.data.at, zone: lifting.data.zone, event: lifting.event };
    return [{ ...entry.data, event: entry.event, ...(lifted && { lifted }) }];
  });
}

/** Those that count: what was entered in error does not. */
export const recallsIn = (state: RecallState): KnownRecall[] =>
  everyRecall(state).filter(({ enteredInError }) => enteredInError !== true);

/** Whether a recall is about a unit, by what is recorded of the unit. */
export function covers({ by, numbers, kind }: Recall, unit: Omit<ProductUnit, 'expiresAt'>): boolean {
  const number = { unit: unit.din, lot: unit.lot, batch: unit.batch }[by];
  return number !== undefined && numbers.includes(number) && (kind === undefined || kind === unit.kind);
}
