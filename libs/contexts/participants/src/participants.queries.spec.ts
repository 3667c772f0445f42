import {
  filled,
  QueryRejected,
  StreamCache,
  type AnyQueryRow,
  type Query,
  type QueryContext,
} from '@platform/commands';
import { type Position } from '@platform/kernel';
import { viewsAfter } from '@platform/views/testing';
import { AllocateParticipantNumber } from './enrollment.commands';
import { participantsViews } from './index';
import {
  CorrectParticipantValue,
  PrescreenParticipant,
  RecordScreeningDecision,
} from './participants.commands';
import {
  EvaluateScreening,
  ListDeviations,
  ListScreeningLog,
  participantQueries,
  ReadParticipant,
  type CurrentEvaluation,
  type ParticipantRecord,
} from './participants.queries';
import { smallLedger, trial, type SmallLedger } from './testing/ledger';

const participant = '03-001';
const reason = { code: 'transcription', text: 'Read from the wrong line' };

/** Asks as the gate would, of views that have taken the whole log. */
async function ask<Answer>(
  ledger: SmallLedger,
  query: Query,
  options: { target?: object; standsAt?: Position; sites?: 'all' | string[] } = {},
): Promise<Answer> {
  const { log } = ledger;
  const standsAt = options.standsAt ?? (await log.head());
  const views = await viewsAfter(log, participantsViews, {});
  const context: QueryContext = {
    scope: { trial, sites: options.sites ?? 'all' },
    target: { trial, participant, ...options.target },
    caller: { user: 'monitor-03', printedName: 'Monitor 03', rights: undefined },
    now: '2024-03-05T08:00:00.000Z',
    ...{ asOf: undefined, standsAt, log, views, streams: new StreamCache(log) },
  };
  const row = participantQueries.find(each => each.query === query.constructor) as AnyQueryRow;
  try {
    return (await row.answer(query, context)) as Answer;
  } finally {
    await views.close();
  }
}

async function eligibleAt03(): Promise<SmallLedger> {
  const ledger = await smallLedger();
  await ledger.eligible(participant);
  return ledger;
}

describe('reading a participant', () => {
  it('answers with the whole record, as of any moment', async () => {
    const ledger = await eligibleAt03();
    const now = await ask<ParticipantRecord>(ledger, new ReadParticipant());
    expect(now).toMatchObject({
      participant,
      site: '03',
      status: { status: 'eligible' },
      protocolVersion: '1.0',
      affected: [],
    });
    const [signed] = await ledger.events('ConsentSigned');
    const then = await ask<ParticipantRecord>(ledger, new ReadParticipant(), { standsAt: signed!.position });
    expect(then).toMatchObject({
      status: { status: 'prescreened' },
      entries: [{}, { type: 'ConsentSigned' }],
    });
  });

  it('flags what stood on a value that was corrected since', async () => {
    const ledger = await eligibleAt03();
    const screened = await ledger.events('MeasurementRecorded');
    const ecog = screened.find(({ data }) => data.code === 'ECOG')!;
    // The decision is made through the ledger, so that it cites the events under their own ids.
    await ledger.submit(filled(RecordScreeningDecision, { decision: 'eligible' }), { participant });
    const correction = filled(CorrectParticipantValue, {
      event: ecog.id,
      field: 'takenAt',
      value: '2024-03-03',
      reason,
    });
    const receipt = await ledger.submit(correction, { participant });
    const { affected } = await ask<ParticipantRecord>(ledger, new ReadParticipant());
    const decision = (await ledger.events('ScreeningDecisionRecorded')).at(-1)!;
    expect(affected).toContainEqual({ event: decision.id, corrections: [receipt.events[0]?.id] });
  });

  it('does not say that a participant exists whom the caller may not see, or who came later', async () => {
    const ledger = await eligibleAt03();
    const [defined] = await ledger.events();
    for (const options of [
      { sites: ['04'] },
      { target: { participant: '03-999' } },
      { standsAt: defined!.position },
    ]) {
      await expect(ask(ledger, new ReadParticipant(), options)).rejects.toThrow(QueryRejected);
      await expect(ask(ledger, new EvaluateScreening(), options)).rejects.toThrow(QueryRejected);
    }
  });
});

describe('evaluating a screening', () => {
  it('says what each criterion says now, and decides nothing', async () => {
    const ledger = await eligibleAt03();
    const before = (await ledger.events()).length;
    const evaluation = await ask<CurrentEvaluation>(ledger, new EvaluateScreening());
    expect(evaluation).toMatchObject({
      participant,
      proposal: 'eligible',
      evaluatedAt: '2024-03-05',
      protocolVersion: '1.0',
    });
    expect(evaluation.criteria).toHaveLength(18);
    expect(await ledger.events()).toHaveLength(before);
  });

  it('says what it would have said at an earlier moment', async () => {
    const ledger = await eligibleAt03();
    const [signed] = await ledger.events('ConsentSigned');
    const then = await ask<CurrentEvaluation>(ledger, new EvaluateScreening(), {
      standsAt: signed!.position,
    });
    expect(then.proposal).toBe('incomplete');
    const early = await ask<CurrentEvaluation>(
      ledger,
      Object.assign(new EvaluateScreening(), { at: '2024-03-01' }),
    );
    expect(early.proposal).toBe('incomplete');
  });
});

describe('lists', () => {
  it('page through everybody who was screened', async () => {
    const ledger = await smallLedger();
    for (let number = 1; number <= 5; number++) {
      const { ids } = await ledger.submit(filled(AllocateParticipantNumber, {}), { site: '03' });
      await ledger.submit(filled(PrescreenParticipant, {}), { participant: ids.participant! });
    }
    const page = (cursor?: string) => {
      const query: ListScreeningLog = Object.assign(new ListScreeningLog(), { limit: 2, cursor });
      return ask<{ participants: { participant: string }[]; next?: string }>(ledger, query);
    };
    const pages = [await page()];
    for (let turn = 0; turn < 2; turn++) pages.push(await page(pages.at(-1)?.next));
    expect(pages.map(({ participants }) => participants.map(each => each.participant))).toEqual([
      ['03-001', '03-002'],
      ['03-003', '03-004'],
      ['03-005'],
    ]);
    expect(pages.at(-1)?.next).toBeUndefined();
  });

  it('page through deviations', async () => {
    const ledger = await eligibleAt03();
    for (const decision of ['notEligible', 'deferred', 'eligible'] as const) {
      await ledger.submit(filled(RecordScreeningDecision, { decision, reason }), { participant });
    }
    await ledger.react();
    const first = await ask<{ deviations: { rule: string }[]; next?: string }>(
      ledger,
      Object.assign(new ListDeviations(), { limit: 1 }),
    );
    expect(first.deviations).toMatchObject([{ rule: 'SCR-OVERRIDE', severity: 'minor' }]);
    expect(first.deviations[0]).not.toHaveProperty('number');
    const rest = await ask<{ deviations: object[]; next?: string }>(
      ledger,
      Object.assign(new ListDeviations(), { limit: 1, cursor: first.next }),
    );
    expect(rest.deviations).toHaveLength(1);
    expect(rest.next).toBeUndefined();
  });
});
