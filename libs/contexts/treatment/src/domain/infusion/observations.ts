import {
  absent,
  derivedId,
  invalid,
  isRejection,
  spanOf,
  type Decision,
  type Quantity,
} from '@platform/kernel';
import type { OfInfusion, TreatmentEvent, VitalSigns } from '../events';
import type { Context } from '../facts';
import { findings, infusionOf, judged } from '../judgement';
import { momentOf, occurred, type Happening } from '../moment';
import { isSame, unknownInfusion, withoutAbsent, wrongUnit } from './preparation';
import { endOf, startOf, type Infusion, type TreatmentState } from '../treatment';

/** What is observed is recorded at any time, whatever the infusion's status. */
export interface ObservedVitalSigns extends OfInfusion, Happening {
  readonly phase: VitalSigns['phase'];
  readonly values: readonly (Quantity & { readonly code: string })[];
}

export function recordVitalSigns(
  command: ObservedVitalSigns,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { infusion: id, phase, values } = command;
  const infusion = infusionOf(state, id);
  if (!infusion) return unknownInfusion;
  const moment = momentOf(command, context);
  if (isRejection(moment)) return moment;
  if (values.length === 0) return invalid('TRT-VITAL-SIGNS', 'values', 'Give at least one vital sign.');
  const wrong = values.map(({ unit }, index) => wrongUnit(`values[${index}].unit`, unit)).find(Boolean);
  if (wrong) return wrong;
  const data = { infusion: id, ...moment, phase, values };
  if (infusion.vitalSigns.some(known => isSame(known, data))) return [];
  return [{ type: 'InfusionVitalSignsRecorded', data, ...occurred(moment) }];
}

export interface ObservedReaction extends OfInfusion, Happening {
  readonly term: string;
  /** CTCAE v5: 1 mild … 5 death. */
  readonly grade: number;
  readonly adverseEvent?: string;
}

/** The id of a reaction follows from the command that recorded it. */
export const reactionIdOf = (commandId: string): string => derivedId('reaction', commandId);

export function recordReaction(
  command: ObservedReaction,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { infusion: id, term, grade, adverseEvent } = command;
  const infusion = infusionOf(state, id);
  if (!infusion) return unknownInfusion;
  const moment = momentOf(command, context);
  if (isRejection(moment)) return moment;
  if (![1, 2, 3, 4, 5].includes(grade)) {
    return invalid('TRT-GRADE', 'grade', 'A CTCAE grade is 1, 2, 3, 4 or 5.');
  }
  const content = withoutAbsent({ infusion: id, ...moment, term, grade, adverseEvent });
  if (infusion.reactions.some(known => isSame(known, content, ['reaction', 'resolvedAt']))) return [];
  const flags = startOf(infusion) ? [] : ['TRT-STEP-ORDER'];
  const data = { ...content, reaction: reactionIdOf(context.commandId), ...findings({ flags }) };
  const about = adverseEvent === undefined ? undefined : { adverseEvent };
  return [{ type: 'InfusionReactionRecorded', data, about, ...occurred(moment) }];
}

export interface ResolvedReaction extends OfInfusion, Happening {
  readonly reaction: string;
}

/** The next infusion's gate opens with it. A reaction that came back resolves again, later. */
export function resolveReaction(
  command: ResolvedReaction,
  state: TreatmentState,
  context: Context,
): Decision<TreatmentEvent> {
  const { infusion: id, reaction } = command;
  const infusion = infusionOf(state, id);
  if (!infusion) return unknownInfusion;
  const known = infusion.reactions.find(each => each.reaction === reaction);
  if (!known) return absent('TRT-REACTION-UNKNOWN', 'No such reaction to this infusion is recorded.');
  const moment = momentOf(command, context);
  if (isRejection(moment)) return moment;
  const { resolvedAt } = known;
  if (resolvedAt !== undefined && (command.at === undefined || resolvedAt === moment.at)) return [];
  const previous = resolvedAt === undefined ? undefined : { at: resolvedAt };
  const data = { infusion: id, reaction, ...moment };
  return [
    judged({ type: 'InfusionReactionResolved', data, previous, ...occurred(moment) }, id, state, context),
  ];
}

/** Minutes between vital signs during an infusion (facts of cell therapy; a default, no rule of the protocol). */
export const vitalSignsEveryMinutes = 15;

export interface VitalSignGap {
  readonly from: string;
  readonly to: string;
  readonly minutes: number;
}

/**
 * Stretches of an ended infusion without vital signs that are longer than planned, and whether there were any before
 * it. Undefined as long as start and end are not known to the minute.
 */
export function vitalSignGaps(
  infusion: Infusion,
  everyMinutes: number = vitalSignsEveryMinutes,
): { readonly beforeStart: boolean; readonly gaps: readonly VitalSignGap[] } | undefined {
  const [start, end] = [startOf(infusion), endOf(infusion)];
  const exact = (time: { readonly at: string } | undefined) => time !== undefined && time.at.length >= 16;
  if (!start || !end || !exact(start) || !exact(end)) return undefined;
  const minuteOf = (time: { at: string; zone: string }) => spanOf(time).from / 60_000;
  const observed = infusion.vitalSigns.filter(exact).map(({ at, zone }) => ({ at, zone }));
  const within = [start, ...observed, end]
    .map(time => ({ at: time.at, minute: minuteOf(time) }))
    .filter(({ minute }) => minute >= minuteOf(start) && minute <= minuteOf(end))
    .toSorted((a, b) => a.minute - b.minute);
  const gaps = within.slice(1).flatMap((to, index) => {
    const from = within[index]!;
    const minutes = to.minute - from.minute;
    return minutes > everyMinutes ? [{ from: from.at, to: to.at, minutes }] : [];
  });
  const beforeStart = infusion.vitalSigns.some(({ phase }) => phase === 'before');
  return { beforeStart, gaps };
}
