import { filled, type CommandStep, type Reaction } from '@platform/commands';
import { categoryOf, formatPosition, type RecordedEvent } from '@platform/kernel';
import type { TracedProduct } from '../domain/recall/recall';
import { FlagRecalledProduct, TraceRecalledProduct } from './recall.commands';

/** Of treatment: what can tell that a recalled unit was given. Such an event names the recalls itself. */
const ofTreatment = [
  'ProductUnitThawed',
  'InfusionIdentityVerified',
  'InfusionStarted',
  'InfusionPaused',
  'InfusionResumed',
  'InfusionStopped',
  'InfusionEnded',
];

/** A recall is traced when it is recorded or corrected, and when a unit of it turns out to have been given. */
export const traceRecalls: Reaction<CommandStep> = {
  name: 'trace-recalls',
  takes: ['ProductRecalled', 'ValueCorrected', ...ofTreatment],
  react: event =>
    recallsTold(event).map(recall => ({
      command: filled(TraceRecalledProduct, { position: formatPosition(event.position) }),
      target: { trial: event.metadata.subject.trial!, recall },
    })),
};

function recallsTold({ stream, data, metadata: { subject } }: RecordedEvent): readonly string[] {
  if (subject.trial === undefined) return [];
  if (categoryOf(stream) !== 'productRecalls') return (data.recalls as readonly string[] | undefined) ?? [];
  return subject.recall === undefined ? [] : [subject.recall];
}

/** What a trace found goes into the record of each participant who received the product. */
export const flagExposures: Reaction<CommandStep> = {
  name: 'flag-recall-exposures',
  takes: ['RecalledProductTraced'],
  react: ({ data, metadata: { subject } }) => {
    const { recall, exposed } = data as unknown as TracedProduct;
    return exposed.map(({ participant, infusion }) => ({
      command: filled(FlagRecalledProduct, { recall }),
      target: { trial: subject.trial!, participant, infusion },
    }));
  },
};
