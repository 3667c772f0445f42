import { evolveUpTo, QueryRejected, type QueryContext } from '@platform/commands';
import type { EventLog } from '@platform/event-log';
import {
  absent,
  coversSite,
  dayIn,
  narrowToSite,
  toInstant,
  type PartialDate,
  type Position,
} from '@platform/kernel';
import { trialDecider, trialStream } from '@trial/protocol';
import { siteDecider, siteStream } from '@trial/sites';
import { siteBoard, trialBoard, type SiteBoard, type TrialAt, type TrialBoard } from './domain/board';
import { groupsOf, screeningLines, sitesIn } from './views/board-rows';

type Reading = Pick<QueryContext, 'log' | 'views' | 'scope' | 'standsAt'>;

const unknownSite = absent(
  'INSPECTION-SITE-UNKNOWN',
  'No such site was part of this trial at that moment, within your sites.',
);

const unknownTrial = absent('INSPECTION-TRIAL-UNKNOWN', 'No such trial was defined at that moment.');

/** @throws QueryRejected when there was no such site, or none that this caller may see */
export async function readSiteBoard(
  { trial, site }: { readonly trial: string; readonly site: string },
  { log, views, scope, standsAt: at }: Reading,
): Promise<SiteBoard> {
  if (!coversSite(scope, site)) throw new QueryRejected(unknownSite);
  const { state } = await evolveUpTo(log, siteStream(trial, site), siteDecider, at);
  const reach = { scope: narrowToSite(scope, site), at };
  const place = { site, state, day: await dayAt(log, state.profile?.zone, at) };
  const board = siteBoard(
    place,
    await trialAt(log, trial, at),
    await groupsOf(views, reach),
    await screeningLines(views, reach),
  );
  if (board) return board;
  throw new QueryRejected(unknownSite);
}

/** The sites in scope, and all of them together. @throws QueryRejected when the trial was not defined */
export async function readTrialBoard(
  { trial }: { readonly trial: string },
  { log, views, scope, standsAt: at }: Reading,
): Promise<TrialBoard> {
  const reach = { scope, at };
  const place = await trialAt(log, trial, at);
  const board = trialBoard(place, await sitesIn(views, reach), await groupsOf(views, reach));
  if (board) return board;
  throw new QueryRejected(unknownTrial);
}

async function trialAt(log: EventLog, trial: string, at: Position): Promise<TrialAt> {
  const { state } = await evolveUpTo(log, trialStream(trial), trialDecider, at);
  return { trial, state, day: await dayAt(log, state.details?.zone, at) };
}

/** The calendar day on which the log's time stands at a position; undefined before there is a zone or an event. */
export async function dayAt(
  log: EventLog,
  zone: string | undefined,
  at: Position,
): Promise<PartialDate | undefined> {
  const time = await log.timeAt(at);
  return zone === undefined || time === undefined ? undefined : dayIn(zone, toInstant(time));
}
