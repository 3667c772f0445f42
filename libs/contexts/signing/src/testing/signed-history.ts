import {
  chainEvents,
  emptyStream,
  formatPosition,
  headOf,
  streamName,
  type DomainEvent,
  type RecordedEvent,
  type SignatureRecord,
  type StreamName,
  type Subject,
} from '@platform/kernel';
import { recorded } from '@platform/views/testing';
import { contentOf, digestOf } from '../domain/content';
import { endorsement, signatureStream, type Milestone } from '../domain/signature';

export const trial = 'NCT05794425';
export const participant = '03-007';

export const subjectOf = (whose: string): Subject => ({ trial, site: whose.slice(0, 2), participant: whose });
export const dataStream = (category = 'participant', whose = participant): StreamName =>
  category === 'adverseEvent' || category === 'deviation'
    ? streamName(category, `${category}-of-${whose}`)
    : streamName(category, trial, whose);

/** A log that is written event by event, as commands would write it, and signed at any point. */
export class SignedHistory {
  readonly events: RecordedEvent[] = [];

  write(stream: StreamName, event: DomainEvent, subject: Subject = subjectOf(participant)): RecordedEvent {
    const [written] = recorded([{ stream, event, subject }], this.events);
    this.events.push(written!);
    return written!;
  }

  /** An entry of somebody's data. */
  entry(type = 'MeasurementRecorded', data: object = {}, category = 'participant', whose = participant) {
    return this.write(dataStream(category, whose), { type, data }, subjectOf(whose));
  }

  correct(original: RecordedEvent, value = 1): RecordedEvent {
    const data = { event: original.id, field: 'quantity', value };
    const reason = { code: 'typo', text: 'mistyped' };
    const event = { type: 'ValueCorrected', data, previous: { value: 0 }, reason };
    return this.write(original.stream, event, original.metadata.subject);
  }

  /** Signs what is there now, or what was there before the last events. */
  sign(milestone: Milestone = 'periodicReview', leavingOut = 0, whose = participant): RecordedEvent {
    const covered = this.events.slice(0, this.events.length - leavingOut);
    const heads = new Map(
      covered
        .filter(
          ({ stream, metadata }) => metadata.subject.participant === whose && !stream.startsWith('signature'),
        )
        .map(({ stream, revision, metadata: { hash } }) => [stream, { stream, revision, hash }]),
    );
    const content = contentOf(trial, whose, [...heads.values()]);
    const signer = { user: 'investigator-03', printedName: 'Investigator 03', role: 'investigator' };
    const position = formatPosition(covered.at(-1)!.position);
    const data = { meaning: endorsement, milestone, signer, position, digest: digestOf(content), content };
    const signature = { meaning: endorsement, components: ['user-id', 'password'], signedHash: data.digest };
    return this.signed(
      signatureStream(trial, whose),
      { type: 'DataSigned', data },
      subjectOf(whose),
      signature,
    );
  }

  private signed(
    stream: StreamName,
    event: DomainEvent,
    subject: Subject,
    signature: SignatureRecord,
  ): RecordedEvent {
    const before = this.events.findLast(each => each.stream === stream);
    const [alike] = recorded([{ stream, event, subject }], this.events);
    const [chained] = chainEvents(stream, before ? headOf(before) : emptyStream, [event], {
      ...alike!.metadata,
      signature,
    });
    this.events.push({ ...chained!, position: alike!.position });
    return this.events.at(-1)!;
  }

  withdraw({ id }: RecordedEvent): RecordedEvent {
    const reason = { code: 'error', text: 'Signed the wrong one.' };
    const event = { type: 'SignatureWithdrawn', data: { signature: id }, reason };
    return this.write(signatureStream(trial, participant), event);
  }
}
