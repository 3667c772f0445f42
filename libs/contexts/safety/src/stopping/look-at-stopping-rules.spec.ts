import { filled } from '@platform/commands';
import { streamName, type DomainEvent, type RecordedEvent, type StreamName } from '@platform/kernel';
import { recorded } from '@platform/views/testing';
import { adverseEventStream } from '../domain/adverse-event';
import { trial } from '../testing';
import { lookAtStoppingRules } from './look-at-stopping-rules';
import { LookAtStoppingRules } from './stopping.commands';

const event = (stream: StreamName, given: DomainEvent): RecordedEvent =>
  recorded([{ stream, event: given, subject: { trial, participant: '03-007' } }])[0]!;
const graded: DomainEvent = { type: 'SeverityAssessed', data: { scale: 'CTCAE-5.0', grade: 4 } };
const corrected: DomainEvent = { type: 'ValueCorrected', data: { event: 'e', field: 'grade', value: 4 } };

describe('look-at-stopping-rules', () => {
  it('looks as of the event, in the trial as a whole', () => {
    const given = event(adverseEventStream('a'), graded);
    const command = filled(LookAtStoppingRules, {
      position: String(given.position),
      knownAt: given.metadata.recordedAt,
    });
    expect(lookAtStoppingRules.react(given)).toEqual([{ command, target: { trial } }]);
  });

  it('takes corrections of adverse events and of treatment, and no others', () => {
    const steps = (category: string) =>
      lookAtStoppingRules.react(event(streamName(category, 'x'), corrected)).length;
    expect(['adverseEvent', 'treatment', 'participant', 'site'].map(steps)).toEqual([1, 1, 0, 0]);
  });

  it('does nothing for what an import brings', () => {
    const given = event(adverseEventStream('a'), graded);
    const imported = { ...given, metadata: { ...given.metadata, source: 'import' as const } };
    expect(lookAtStoppingRules.react(imported)).toEqual([]);
  });
});
