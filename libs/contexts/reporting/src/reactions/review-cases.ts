import { filled, type Reaction } from '@platform/commands';
import { formatPosition } from '@platform/kernel';
import { ReviewCase, ReviewCaseUnderRules } from '../reporting.commands';

/** Every event of an adverse event, and what people record of its obligations. */
const takes = [
  'AdverseEventReported',
  'AdverseEventAmended',
  'SeverityAssessed',
  'SeriousnessAssessed',
  'CausalityAssessed',
  'ExpectednessAssessed',
  'AdverseEventOutcomeRecorded',
  'ActionTakenRecorded',
  'AdverseEventVoided',
  'ValueCorrected',
  'ObligationFulfilled',
  'ObligationReanchored',
  'ObligationWaived',
];

/**
 * Reviews the case of an adverse event after each event that may change what is owed, as of that event, in the order of
 * the log. What a review itself did calls for no other one.
 */
export const reviewCases: Reaction = {
  name: 'review-cases',
  takes,
  react: ({ id, position, metadata: { subject, command } }) => {
    const { trial, participant, adverseEvent } = subject;
    const ofCase = trial !== undefined && participant !== undefined && adverseEvent !== undefined;
    if (!ofCase || [ReviewCase.name, ReviewCaseUnderRules.name].includes(command.type)) return [];
    return [
      {
        command: filled(ReviewCase, { event: id, position: formatPosition(position) }),
        target: { trial, participant, adverseEvent },
      },
    ];
  },
};
