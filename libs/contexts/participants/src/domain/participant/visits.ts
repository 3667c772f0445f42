import {
  daysBetween,
  hasDay,
  invalid,
  isRejection,
  orderOf,
  type Decision,
  type PartialDate,
} from '@platform/kernel';
import type { Visit } from '@trial/protocol';
import { withDepartures, type Departure } from '../departure';
import { entry, happened, notPrescreened, wrongDate, type Context } from './context';
import { isImport, newOf, type Candidate } from './importing';
import { firstTreatmentAt, type ParticipantEvent, type ParticipantState } from './participant';
import type { VisitAttendance } from './recorded';

type Given = Omit<VisitAttendance, 'departures'>;

/** Records visits that took place. One outside its window is a departure; it took place all the same. */
export function recordVisits(
  { visits }: { readonly visits: readonly Given[] },
  state: ParticipantState,
  context: Context,
): Decision<ParticipantEvent> {
  const absent = notPrescreened(state);
  if (absent) return absent;
  const planned = plannedVisits(state, context);
  const candidates: Candidate<Given>[] = [];
  for (const [index, data] of visits.entries()) {
    const field = `visits[${index}]`;
    const { startedAt, endedAt } = data;
    const wrong =
      wrongDate(`${field}.startedAt`, startedAt, context) ?? wrongDate(`${field}.endedAt`, endedAt, context);
    if (wrong) return wrong;
    if (!isImport(context.actor)) {
      if (!planned.some(({ code }) => code === data.visit)) {
        return invalid('VISIT-UNKNOWN', `${field}.visit`, `The protocol has no visit "${data.visit}".`);
      }
      if (startedAt === undefined)
        return invalid('RECORD-DATE', `${field}.startedAt`, 'Say when the visit took place.');
      if (endedAt !== undefined && orderOf(endedAt, startedAt) === 'before') {
        return invalid(
          'VISIT-PERIOD',
          `${field}.endedAt`,
          `A visit cannot end (${endedAt}) before it begins.`,
        );
      }
    }
    candidates.push({ field, data });
  }
  const fresh = newOf('VisitRecorded', candidates, state.entries);
  if (isRejection(fresh)) return fresh;
  const dayOne = firstTreatmentAt(state);
  return fresh.map(({ data }) => {
    const visit = planned.find(({ code }) => code === data.visit);
    const departure = visit && outOfWindow(visit, data.startedAt, dayOne);
    return entry(
      'VisitRecorded',
      { ...data, ...withDepartures([departure]) },
      { occurredAt: happened(data.startedAt, context.facts) },
    );
  });
}

/**
 * The trial's study day of a date: day 1 is the first treatment day, the day before is -1 (CDISC SDTM, no day
 * 0).
 */
export function studyDay(date: PartialDate, dayOne: PartialDate): number | undefined {
  const days = daysBetween(dayOne, date);
  return days === undefined || days < 0 ? days : days + 1;
}

const plannedVisits = ({ protocolVersion }: ParticipantState, { facts }: Context): readonly Visit[] =>
  (protocolVersion === undefined ? undefined : facts.protocol(protocolVersion))?.visits ?? [];

/**
 * A planned visit whose date or whose day 1 is not known is not judged: not before the first treatment,
 * therefore.
 */
function outOfWindow(
  { code, studyDay: plannedDay, windowDays }: Visit,
  at: PartialDate | undefined,
  dayOne: PartialDate | undefined,
): Departure | undefined {
  if (plannedDay === undefined || windowDays === undefined || at === undefined || dayOne === undefined)
    return undefined;
  if (!hasDay(at) || !hasDay(dayOne)) return undefined;
  const day = studyDay(at, dayOne);
  if (day === undefined || Math.abs(day - plannedDay) <= windowDays) return undefined;
  return {
    rule: 'VISIT-WINDOW',
    category: 'protocolImplementation',
    severity: 'minor',
    description: `Visit ${code} was on study day ${day}; planned was day ${plannedDay} ± ${windowDays}.`,
  };
}
