import { Query, queryRow } from '@platform/commands';
import type { Permission } from '@trial/access';
import { readSiteBoard, readTrialBoard } from './board.reader';
import { readCasebook } from './casebook.reader';
import type { SiteBoard, TrialBoard } from './domain/board';
import type { Casebook } from './domain/casebook';
import { boardViews } from './views/board-rows';

/** Everything that was recorded about a participant, as of any moment. */
export class ReadCasebook extends Query {}

/** What a site looks like, as of any moment. */
export class ReadSiteBoard extends Query {}

/** What a trial looks like over the caller's sites, as of any moment. */
export class ReadTrialBoard extends Query {}

const permission = 'inspection.read' satisfies Permission;

export const inspectionQueries = [
  queryRow<ReadCasebook, Casebook>({
    query: ReadCasebook,
    permission,
    views: ['participant-streams'],
    answer: (_, context) =>
      readCasebook({ trial: context.target.trial!, participant: context.target.participant! }, context),
  }),
  queryRow<ReadSiteBoard, SiteBoard>({
    query: ReadSiteBoard,
    permission,
    views: boardViews,
    answer: (_, context) =>
      readSiteBoard({ trial: context.target.trial!, site: context.target.site! }, context),
  }),
  queryRow<ReadTrialBoard, TrialBoard>({
    query: ReadTrialBoard,
    permission,
    views: boardViews,
    answer: (_, context) => readTrialBoard({ trial: context.target.trial! }, context),
  }),
];
