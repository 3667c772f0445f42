import { filled, type Reaction } from '@platform/commands';
import { categoryOf, formatPosition } from '@platform/kernel';
import { LookAtStoppingRules } from './stopping.commands';

/** What changes whether an adverse event counts, or who was treated; and a rule that has to be looked at first. */
const takes = [
  'AdverseEventReported',
  'AdverseEventAmended',
  'SeverityAssessed',
  'SeriousnessAssessed',
  'CausalityAssessed',
  'AdverseEventOutcomeRecorded',
  'AdverseEventVoided',
  'InfusionStarted',
  'InfusionPaused',
  'InfusionResumed',
  'InfusionStopped',
  'InfusionEnded',
  'DrugDoseRecorded',
  'AdministrationRecorded',
  'ValueCorrected',
  'StoppingRuleDefined',
];

/**
 * Every event that may change a count has the rules looked at, as of that event. What an import brings causes no look
 * of its own and counts at the next one: a study that is taken in whole tells of what was decided elsewhere.
 */
export const lookAtStoppingRules: Reaction = {
  name: 'look-at-stopping-rules',
  takes,
  react: ({ type, stream, position, metadata: { source, subject, recordedAt } }) => {
    const { trial } = subject;
    const counts = type !== 'ValueCorrected' || ['adverseEvent', 'treatment'].includes(categoryOf(stream));
    if (trial === undefined || source === 'import' || !counts) return [];
    const command = filled(LookAtStoppingRules, { position: formatPosition(position), knownAt: recordedAt });
    return [{ command, target: { trial } }];
  },
};
