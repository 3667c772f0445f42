import { isPartialDate, spanOf, type PartialDate } from '@platform/kernel';
import type { AdverseEventState } from '@trial/safety';
import { startOf, type Infusion, type TreatmentState } from '@trial/treatment';
import { nothingMore, ofAdverseEvent, standing, texts, turns, type AlertRule } from './rule';

const severeReactions = ({ infusions }: TreatmentState): string[] =>
  infusions.flatMap(({ reactions }) =>
    reactions.filter(({ grade }) => grade >= 3).map(({ reaction }) => reaction),
  );

const reaction: AlertRule = {
  id: 'ALERT-INFUSION-REACTION',
  kind: 'infusionReaction',
  takes: ['InfusionReactionRecorded', 'ValueCorrected'],
  needs: ['treatment'],
  consider: ({ stream, type, data, metadata: { subject } }) => {
    if (type === 'ValueCorrected') return stream.startsWith('treatment-') ? nothingMore : undefined;
    if (Number(data.grade) < 3) return undefined;
    return { about: texts({ infusion: data.infusion ?? subject.infusion, reaction: data.reaction }) };
  },
  holds: ({ treatment }) => {
    if (!treatment) return false;
    const before = severeReactions(treatment.before);
    return severeReactions(treatment.after).some(each => !before.includes(each));
  },
};

const dayMs = 24 * 60 * 60_000;

interface Span {
  readonly from: number;
  readonly until: number;
}

/** From the start to a day behind the last step that is known. */
function reachOf(infusion: Infusion): Span | undefined {
  const start = startOf(infusion);
  if (!start) return undefined;
  const ends = infusion.steps.map(({ at, zone }) => spanOf({ at, zone }).until);
  return { from: spanOf(start).from, until: Math.max(...ends) + dayMs };
}

/**
 * Whether an adverse event may have begun during an infusion or within a day after it. A date that is known in part
 * counts when it may be meant; one that is not known at all may lie anywhere before the report.
 */
export function mayFollowInfusion(
  { details, reportedAt }: AdverseEventState,
  { infusions }: TreatmentState,
): boolean {
  if (!details || reportedAt === undefined) return false;
  const onset = spanOfOnset(details.onset, details.zone, reportedAt);
  return infusions.some(infusion => {
    const reach = reachOf(infusion);
    return reach !== undefined && onset.from < reach.until && reach.from < onset.until;
  });
}

const spanOfOnset = (onset: PartialDate | undefined, zone: string, reportedAt: string): Span =>
  onset !== undefined && isPartialDate(onset)
    ? spanOf({ at: onset, zone })
    : { from: Number.NEGATIVE_INFINITY, until: Date.parse(reportedAt) + 1 };

const nearInfusion: AlertRule = {
  id: 'ALERT-AE-NEAR-INFUSION',
  kind: 'infusionReaction',
  takes: ['AdverseEventReported', 'AdverseEventAmended', 'ValueCorrected'],
  needs: ['adverseEvent', 'treatment'],
  consider: event =>
    event.type === 'AdverseEventAmended' && event.data.onset === undefined
      ? undefined
      : ofAdverseEvent(event),
  holds: ({ adverseEvent, treatment }) => {
    if (!treatment) return false;
    return turns(standing(state => mayFollowInfusion(state, treatment.after)))({ adverseEvent });
  },
};

/**
 * A recall, for the whole trial as it is recorded, and for each site where units of it are kept or were given: its
 * investigators are those of the exposed participants.
 */
const recall: AlertRule = {
  id: 'ALERT-PRODUCT-RECALL',
  kind: 'productRecall',
  takes: ['ProductRecalled', 'RecalledProductTraced'],
  needs: [],
  consider: ({ data }) => ({ about: texts({ recall: data.recall }) }),
};

export const infusionAlertRules: readonly AlertRule[] = [reaction, nearInfusion, recall];
