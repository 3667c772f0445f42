import { IsIn } from 'class-validator';
import { evolveUpTo, Query, QueryRejected, queryRow } from '@platform/commands';
import { IsOmittable, IsPartialDate, IsStreamIdText, PagedQuery, pageOf } from '@platform/http';
import { absent } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { participantDecider, participantStream } from '@trial/participants';
import { vitalSignGaps, type VitalSignGap } from './domain/infusion/observations';
import {
  standingOf,
  treatmentDecider,
  treatmentStream,
  type Infusion,
  type InfusionStatus,
  type Standing,
  type TreatmentState,
} from './domain/treatment';
import { listInfusions, type InfusionListed } from './views/infusion-log';

const statuses: readonly InfusionStatus[] = ['planned', 'running', 'paused', 'stopped', 'ended', 'cancelled'];

/** The infusions of a trial, of its participant when the path names one. */
export class ListInfusions extends PagedQuery {
  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsIn(statuses)
  status?: InfusionStatus;

  @IsOmittable()
  @IsPartialDate()
  plannedFrom?: string;

  @IsOmittable()
  @IsPartialDate()
  plannedUntil?: string;
}

export interface InfusionPage {
  readonly infusions: readonly InfusionListed[];
  /** For the page behind this one; absent on the last. */
  readonly next?: string;
}

/** Everything that a participant was given, with what was found about it. */
export class ReadTreatment extends Query {}

export interface TreatmentRecord extends Pick<TreatmentState, 'drugDoses' | 'administrations' | 'entries'> {
  readonly participant: string;
  readonly infusions: readonly InfusionRecord[];
  readonly standing: TreatmentState['standing'];
}

export interface InfusionRecord extends Infusion {
  readonly standing: Standing;
  /** Absent until start and end are known to the minute. */
  readonly vitalSignGaps?: { readonly beforeStart: boolean; readonly gaps: readonly VitalSignGap[] };
}

const reading: Permission = 'treatment.read';

export const treatmentQueries = [
  queryRow<ListInfusions, InfusionPage>({
    query: ListInfusions,
    permission: reading,
    views: ['infusion-log'],
    async answer({ cursor, limit, ...filter }, { views, scope, target: { participant }, standsAt }) {
      const { rows: infusions, ...next } = await pageOf({ cursor, limit }, wanted =>
        listInfusions(views, scope, standsAt, { ...filter, participant, ...wanted }),
      );
      return { infusions, ...next };
    },
  }),
  queryRow<ReadTreatment, TreatmentRecord>({
    query: ReadTreatment,
    permission: reading,
    views: [],
    async answer(_, { log, target, standsAt }) {
      const { trial, participant } = target as { trial: string; participant: string };
      const of = participantStream(trial, participant);
      const { state: person } = await evolveUpTo(log, of, participantDecider, standsAt);
      if (person.site === undefined) {
        throw new QueryRejected(absent('PARTICIPANT-UNKNOWN', 'No such participant at that moment.'));
      }
      const stream = treatmentStream(trial, participant);
      const { state } = await evolveUpTo(log, stream, treatmentDecider, standsAt);
      const { drugDoses, administrations, standing, entries } = state;
      const infusions = state.infusions.map(infusion => ({
        ...infusion,
        standing: standingOf(state, infusion.infusion),
        vitalSignGaps: vitalSignGaps(infusion),
      }));
      return { participant, infusions, drugDoses, administrations, standing, entries };
    },
  }),
];
