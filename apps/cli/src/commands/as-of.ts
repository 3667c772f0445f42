import { evolveUpTo, QueryRejected, type Answered, type Asking } from '@platform/commands';
import { instantOf } from '@platform/http';
import { isPartialDate, parsePosition, spanOf, toInstant } from '@platform/kernel';
import { ReadCasebook, ReadSiteBoard, type Casebook, type SiteBoard } from '@trial/inspection';
import { trialDecider, trialStream } from '@trial/protocol';
import { ownerCaller, withLedger, type Session } from '../session';
import type { LedgerPlace } from '../../../composition/src/event-logs';
import { CommandFailed, type Output } from '../terminal';
import { boardLines, casebookLines } from './as-of-lines';

export interface AsOfChoice {
  /** A position, an instant with `Z` or an offset, or a day, whose end in the trial's zone is meant. */
  readonly moment: string;
  readonly trial: string;
  readonly participant?: string;
  readonly site?: string;
}

/**
 * A participant's casebook or a site's board as it was known at a moment. That it was read is written down.
 * @throws CommandFailed for a moment that cannot be read, and for what there was not at that moment
 */
export async function showAsOf(place: LedgerPlace, choice: AsOfChoice, output: Output): Promise<void> {
  const { participant, site, trial } = choice;
  if ((participant === undefined) === (site === undefined)) {
    throw new CommandFailed('Say what to show: --participant <id> or --site <id>, one of them.', 2);
  }
  await withLedger(place, async session => {
    await bringViewsUpToDate(session);
    const asOf = await momentOf(session, choice);
    try {
      if (participant !== undefined) {
        const target = { trial, participant };
        const asking = { caller: ownerCaller(), target, asOf };
        const answer = await session.gate.ask<Casebook>(new ReadCasebook(), asking);
        output.result(answer, [...headOf(answer), ...casebookLines(answer)]);
        return;
      }
      const asking = { caller: ownerCaller(), target: { trial, site: site! }, asOf };
      const answer = await session.gate.ask<SiteBoard>(new ReadSiteBoard(), asking);
      output.result(answer, [...headOf(answer), ...boardLines(answer)]);
    } catch (error) {
      if (error instanceof QueryRejected) throw new CommandFailed(error.message, 2);
      throw error;
    }
  });
}

const headOf = ({ standsAt }: Answered<object>): string[] => [
  `As known at position ${standsAt.position}, recorded ${standsAt.recordedAt ?? 'before the first event'}.`,
];

/** The views alone: no reaction runs because somebody looks. */
async function bringViewsUpToDate({ log, viewEngine }: Session): Promise<void> {
  await viewEngine.start();
  const patienceMs = 60_000;
  if (await viewEngine.waitFor(await log.head(), 'all', patienceMs)) return;
  throw new CommandFailed('The views did not reach the end of the log. Run "ledger rebuild" first.', 1);
}

async function momentOf({ log }: Session, { moment, trial }: AsOfChoice): Promise<Asking['asOf']> {
  const position = parsePosition(moment);
  if (position !== undefined) return { position };
  const instant = instantOf(moment);
  if (instant !== undefined) return { instant };
  if (moment.length === 10 && isPartialDate(moment)) {
    const { details } = (await evolveUpTo(log, trialStream(trial), trialDecider, await log.head())).state;
    const { until } = spanOf({ at: moment, zone: details?.zone ?? 'UTC' });
    return { instant: toInstant(until - 1) };
  }
  const forms = 'a position, an instant such as 2024-03-05T08:15:00Z, or a day such as 2024-03-05';
  throw new CommandFailed(`"${moment}" is no moment: give ${forms}.`, 2);
}
