import type { DomainEvent, Position, RecordedEvent, Scope, StreamName, Subject } from '@platform/kernel';
import type { View, ViewDatabase } from '@platform/views';
import { recorded, RecordedLog, viewsAfter } from '@platform/views/testing';
import { deviationStream, participantsViews, participantStream } from '@trial/participants';
import { reportingCaseStream } from '@trial/reporting';
import { adverseEventStream, safetyViews } from '@trial/safety';
import { signingViews } from '@trial/signing';
import { sitesViews } from '@trial/sites';
import { treatmentStream, treatmentViews } from '@trial/treatment';

export const trial = 'NCT05794425';
export const participant = '03-007';

export const views: readonly View[] = [
  ...signingViews,
  ...sitesViews,
  ...participantsViews,
  ...treatmentViews,
  ...safetyViews,
];

/** A log that a test writes event by event, so that later events can name earlier ones, and what it answers from. */
export class SmallInspection {
  private readonly events: RecordedEvent[] = [];

  /** Answers with the event's id. */
  write(stream: StreamName, event: DomainEvent, subject: Subject): string {
    const [written] = recorded([{ stream, event, subject }], this.events);
    this.events.push(written!);
    return written!.id;
  }

  /** An event of the participant's own stream. */
  of(event: DomainEvent, whose = participant): string {
    return this.write(participantStream(trial, whose), event, subjectOf(whose));
  }

  treatment(event: DomainEvent, infusion = 'i-1', whose = participant): string {
    return this.write(treatmentStream(trial, whose), event, { ...subjectOf(whose), infusion });
  }

  adverseEvent(event: DomainEvent, id = 'ae-1', whose = participant): string {
    return this.write(adverseEventStream(id), event, { ...subjectOf(whose), adverseEvent: id });
  }

  deviation(event: DomainEvent, id = 'dev-1', whose = participant): string {
    return this.write(deviationStream(id), event, { ...subjectOf(whose), deviation: id });
  }

  reportingCase(event: DomainEvent, id = 'ae-1', whose = participant): string {
    return this.write(reportingCaseStream(id), event, {
      ...subjectOf(whose),
      adverseEvent: id,
      reportingCase: id,
    });
  }

  /** Position of the event that was written last. */
  get last(): Position {
    return this.events.at(-1)!.position;
  }

  async ask<Answer>(
    question: (context: {
      readonly log: RecordedLog;
      readonly views: ViewDatabase;
      readonly scope: Scope;
      readonly standsAt: Position;
    }) => Promise<Answer>,
    { sites = 'all', standsAt = this.last }: { sites?: Scope['sites']; standsAt?: Position } = {},
  ): Promise<Answer> {
    const log = new RecordedLog(this.events);
    const database = await viewsAfter(log, views);
    try {
      return await question({ log, views: database, scope: { trial, sites }, standsAt });
    } finally {
      await database.close();
    }
  }
}

export const subjectOf = (whose: string): Subject => ({
  trial,
  site: whose.slice(0, whose.indexOf('-')),
  participant: whose,
});

export const prescreened = (whose = participant): DomainEvent => ({
  type: 'ParticipantPrescreened',
  data: {
    site: whose.slice(0, whose.indexOf('-')),
    ...{ prescreenedAt: '2024-03-01', protocolVersion: '1.0', sex: 'female', birthYear: 1980 },
  },
});

export const corrected = (event: string, field: string, value: unknown, previous: unknown): DomainEvent => ({
  type: 'ValueCorrected',
  data: { event, field, value },
  previous: { value: previous as string },
  reason: { code: 'typo', text: 'mistyped' },
});
