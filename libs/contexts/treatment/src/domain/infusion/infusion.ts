import {
  conflict,
  invalid,
  isRejection,
  refuse,
  type Decision,
  type Reason,
  type Rejection,
} from '@platform/kernel';
import type { Given, OfInfusion, StepTaken, StepType, TreatmentEvent } from '../events';
import type { Context } from '../facts';
import { findings, infusionOf, judge, judged, type Judgement } from '../judgement';
import { isPast, momentOf, occurred, type Happening } from '../moment';
import { isSame, unknownInfusion, withoutAbsent } from './preparation';
import { recallRule } from '../recall/not-recalled';
import { gates } from '../rules';
import { treatmentDecider, type Infusion, type InfusionStatus, type TreatmentState } from '../treatment';

/**
 * The steps of an infusion, live and from the past:
 * - live, a step is taken in its turn only, and a start has to pass the gates; the same step again adds nothing;
 * - what has happened is recorded in whatever order it is told, with a flag when it is out of turn, and its departures.
 */
const turn: Readonly<
  Record<StepType, { readonly from: readonly InfusionStatus[]; readonly to: InfusionStatus }>
> = {
  InfusionStarted: { from: ['planned'], to: 'running' },
  InfusionPaused: { from: ['running'], to: 'paused' },
  InfusionResumed: { from: ['paused'], to: 'running' },
  InfusionStopped: { from: ['running', 'paused'], to: 'stopped' },
  InfusionEnded: { from: ['running', 'paused', 'stopped'], to: 'ended' },
};

/** Gates that no reason opens: a recall holds until it is lifted or corrected. */
const neverOverridden: readonly string[] = [recallRule];

type Step = OfInfusion & Happening;

/** @returns the start, or a refusal that names each closed gate in its evidence */
export function startInfusion(
  command: Step,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  return start({ ...command, gates: [] }, state, context);
}

export interface StartDespiteGates extends Step {
  /** Rules of the gates that are overridden; one that is closed and not named still holds the infusion back. */
  readonly gates: readonly string[];
  readonly reason: Reason;
}

export function startDespiteGates(
  command: StartDespiteGates,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  return start(command, state, context);
}

function start(
  command: Step & { readonly gates: readonly string[]; readonly reason?: Reason },
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const step = stepOf('InfusionStarted', command, state, context);
  if (isRejection(step) || step === 'taken') return step === 'taken' ? [] : step;
  const { infusion, event } = step;
  if (isPast(command, context)) return [judged(event, command.infusion, state, context)];
  const { at, zone } = event.data;
  const { broken } = judge(gates, { at, zone, live: true, facts: context.facts, infusion, state });
  const closed = broken.filter(({ rule }) => !command.gates.includes(rule) || neverOverridden.includes(rule));
  if (closed.length > 0) return heldBack(closed);
  if (broken.length === 0) return [judged(event, command.infusion, state, context)];
  const override: TreatmentEvent = {
    type: 'InfusionGateOverridden',
    data: { infusion: command.infusion, gates: broken.map(({ rule }) => rule), departures: broken },
    occurredAt: event.occurredAt,
    reason: command.reason,
  };
  const ref = { id: '', revision: -1, recordedAt: context.recordedAt };
  const overridden = treatmentDecider.evolve(state, override, ref);
  return [override, judged(event, command.infusion, overridden, context, 1)];
}

function heldBack(closed: Judgement['broken']): Rejection {
  const [first] = closed;
  const reasons = closed.map(({ description }) => description).join(' ');
  const advice =
    first!.rule === recallRule
      ? 'If it has started all the same, record it as recordedAfterwards. Nobody overrides a recall: ask the sponsor.'
      : 'If it has started all the same, record it as recordedAfterwards; an investigator may override the gates.';
  return refuse(first!.rule, `${reasons} ${advice}`, {
    evidence: { gates: closed.map(({ rule, description }) => ({ rule, description })) },
  });
}

export const pauseInfusion = (
  command: Step & { readonly reason: Reason },
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> => take('InfusionPaused', command, state, context);

export const resumeInfusion = (
  command: Step,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> => take('InfusionResumed', command, state, context);

/** Broken off for good. What was given until then is recorded by its end. */
export const stopInfusion = (
  command: Step & { readonly reason: Reason },
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> => take('InfusionStopped', command, state, context);

export function endInfusion(
  command: Step & Given,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { cellsGiven, volumeMl } = command;
  for (const [field, value] of Object.entries({ cellsGiven, volumeMl })) {
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) {
      return invalid('TRT-AMOUNT', field, 'An amount is a number, not below zero.');
    }
  }
  return take('InfusionEnded', command, state, context, { cellsGiven, volumeMl });
}

function take(
  type: StepType,
  command: Step & { readonly reason?: Reason },
  state: TreatmentState,
  context: Context,
  given: Given = {},
): Decision<TreatmentEvent> {
  const step = stepOf(type, command, state, context, given);
  if (isRejection(step)) return step;
  return step === 'taken'
    ? []
    : [judged({ ...step.event, reason: command.reason }, command.infusion, state, context)];
}

type StepEvent = Extract<TreatmentEvent, { readonly type: StepType }>;

/** The step as an event, before it is judged; `taken` when the record has it already. */
function stepOf(
  type: StepType,
  command: Step,
  state: TreatmentState,
  context: Context,
  given: Given = {},
): { readonly infusion: Infusion; readonly event: StepEvent } | 'taken' | Rejection {
  const infusion = infusionOf(state, command.infusion);
  if (!infusion) return unknownInfusion;
  const moment = momentOf(command, context);
  if (isRejection(moment)) return moment;
  const past = isPast(command, context);
  const content = withoutAbsent<StepTaken & Given>({ infusion: command.infusion, ...moment, ...given });
  const known = infusion.steps.filter(step => step.type === type);
  if (known.some(step => isSame(step, content, ['type', 'recordedAfterwards']))) return 'taken';
  const { from, to } = turn[type];
  const inTurn = from.includes(infusion.status);
  if (!past && !inTurn) return sameAgain(infusion, to, known, given) ?? outOfTurn(infusion, type);
  const data = {
    ...content,
    ...(past && { recordedAfterwards: true }),
    ...findings({ flags: inTurn ? [] : ['TRT-STEP-ORDER'] }),
  };
  return { infusion, event: { type, data, ...occurred(moment) } as StepEvent };
}

/** A second click: the infusion is where the step leads to, and nothing new is said of it. */
function sameAgain(
  { status }: Infusion,
  to: InfusionStatus,
  known: Infusion['steps'],
  { cellsGiven, volumeMl }: Given,
): 'taken' | undefined {
  const last = known.at(-1);
  const adds =
    (cellsGiven !== undefined && cellsGiven !== last?.cellsGiven) ||
    (volumeMl !== undefined && volumeMl !== last?.volumeMl);
  return status === to && last && !adds ? 'taken' : undefined;
}

function outOfTurn({ status }: Infusion, type: StepType): Rejection {
  const step = type.replace('Infusion', '').toLowerCase();
  const advice =
    status === 'ended'
      ? 'If a value is wrong, correct it.'
      : 'If it has happened all the same, record it as recordedAfterwards.';
  return conflict('TRT-STEP-ORDER', `The infusion is ${status}; it cannot be ${step} now. ${advice}`);
}
