import type { RecordedEvent } from '@platform/kernel';
import {
  FulfilObligation,
  FulfilObligationAsInvestigator,
  WaiveObligation,
  type OpenedObligation,
} from '@trial/reporting';
import type { Chance } from '../clockwork/chance';
import type { Story } from '../clockwork/schedule';
import type { World } from '../world';
import { because } from './patient';

/** What becomes of a report that is owed; weights of a hundred. */
const endings = [
  [86, 'inTime'],
  [8, 'late'],
  [3, 'waived'],
  [3, 'forgotten'],
] as const;

const hourMs = 3_600_000;

/**
 * Those who send reports: the sponsor's safety officer, and the investigators. Most reports leave in time, some late, a
 * few are waived, and a few are forgotten.
 */
export class ReportingDesk {
  /** Obligations that another one has replaced, or that fell away: nobody sends a report for them. */
  private readonly replaced = new Set<string>();
  private sent = 0;

  private constructor(private readonly world: World) {}

  static open(world: World): void {
    const desk = new ReportingDesk(world);
    world.on('ObligationOpened', event => world.schedule.begin(desk.owed(event)));
    world.on('ObligationSuperseded', ({ metadata }) => {
      if (metadata.subject.obligation !== undefined) desk.replaced.add(metadata.subject.obligation);
    });
  }

  private async *owed({ data, metadata: { subject } }: RecordedEvent): Story {
    const { obligation, rule, clock } = data as unknown as OpenedObligation;
    const { world } = this;
    const { trial, site, reportingCase } = subject;
    const team = world.sites.find(each => each.site === site);
    if (trial === undefined || reportingCase === undefined || !team) return;
    const chance = world.chance.branch('report', obligation);
    const ending = chance.weighted(endings);
    if (ending === 'forgotten') return;
    yield sendingMoment(world.now, Date.parse(clock.due), ending, chance);
    if (this.replaced.has(obligation)) return;
    const target = world.target({ site: team.site, reportingCase, obligation });
    const officer = world.staff.safetyOfficer.caller;
    if (ending === 'waived') {
      const reason = because(
        'exempt',
        'Exempt from single reports by the protocol; told in the periodic one.',
      );
      return void (await world.attempt(officer, WaiveObligation, { reason }, target));
    }
    this.sent += 1;
    const report = {
      reference: `${rule.id}/${String(this.sent).padStart(4, '0')}`,
      sentAt: { at: world.minute, zone: world.calendar.zone },
    };
    if (rule.from === 'investigator') {
      await world.act(team.investigator.caller, FulfilObligationAsInvestigator, report, target);
    } else {
      await world.act(officer, FulfilObligation, report, target);
    }
  }
}

/** In the first half of the time as a rule, as a follow-up's time shortens with the first report. */
function sendingMoment(
  now: number,
  due: number,
  ending: 'inTime' | 'late' | 'waived',
  chance: Chance,
): number {
  if (ending === 'late' || due <= now) return Math.max(due, now) + chance.whole(2, 60) * hourMs;
  return Math.round(now + (due - now) * chance.between(0.1, 0.5));
}
