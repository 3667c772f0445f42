import { filled, type Reaction } from '@platform/commands';
import { NoteTreatment } from '../participants.commands';

/**
 * The first treatment that is recorded as it happens puts an enrolled participant on treatment. An exposure
 * that an import brings does not: the import brings the statuses of its source itself.
 */
export const followTreatment: Reaction = {
  name: 'follow-treatment',
  takes: ['InfusionStarted', 'DrugDoseRecorded'],
  react: ({ metadata: { subject, occurredAt } }) => {
    const { trial, participant } = subject;
    if (trial === undefined || participant === undefined || occurredAt === undefined) return [];
    return [
      {
        command: filled(NoteTreatment, { since: occurredAt.at }),
        target: { trial, participant },
      },
    ];
  },
};
