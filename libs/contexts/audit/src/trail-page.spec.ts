import type { Position, RecordedEvent, Scope } from '@platform/kernel';
import type { ViewDatabase } from '@platform/views';
import { RecordedLog, viewsAfter } from '@platform/views/testing';
import { trailLines } from './domain/trail-lines';
import { busyTrial } from './testing/busy-trial';
import { numbersFrom, positionOfEntry, someTrail } from './testing/some-trail';
import { readTrail, trailSorts, type TrailPage, type TrailSort } from './trail-page';
import type { TrailQuestion } from './trail-question';
import { auditTrail } from './views/audit-trail';

type Asked = TrailQuestion & { sort?: TrailSort; limit?: number; cursor?: string };

const wholeTrial: Scope = { trial: 'NCT05794425', sites: 'all' };

interface Seen {
  readonly event: RecordedEvent;
  readonly fields: readonly string[];
}

/** What each event shows, worked out once. */
const seen = (events: readonly RecordedEvent[]): Seen[] =>
  events.map(event => {
    const fields = trailLines(event).map(({ field }) => field.replaceAll(/\[\d+\]/g, '[]'));
    return { event, fields: fields.flatMap(field => [field, /^[^.[]+/.exec(field)![0]]) };
  });

const any = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || wanted.includes(value ?? '');

const covers = (scope: Scope, { trial, site }: RecordedEvent['metadata']['subject']): boolean =>
  (scope.trial === '*' || trial === scope.trial) &&
  (scope.sites === 'all' || scope.sites.includes(site ?? ''));

const isWithin = (question: Asked, { position, metadata: { recordedAt } }: RecordedEvent): boolean =>
  (question.from === undefined || recordedAt >= question.from) &&
  (question.to === undefined || recordedAt <= question.to) &&
  (question.fromPosition === undefined || position >= BigInt(question.fromPosition)) &&
  (question.toPosition === undefined || position <= BigInt(question.toPosition));

/** The same question, answered by looking at every event. */
function answeredByHand(entries: readonly Seen[], question: Asked, scope: Scope): string[] {
  const found = entries.filter(({ event, fields }) => {
    const { subject, actor, source, reason } = event.metadata;
    return (
      covers(scope, subject) &&
      isWithin(question, event) &&
      any(question.site, subject.site) &&
      any(question.participant, subject.participant) &&
      any(question.user, actor.user) &&
      any(question.role, actor.role) &&
      any(question.type, event.type) &&
      any(question.source, source) &&
      any(question.stream, event.stream) &&
      any(question.reason && [question.reason], reason ? 'given' : 'missing') &&
      (question.field?.some(name => fields.includes(name.replaceAll(/\[\d+\]/g, '[]'))) ?? true)
    );
  });
  const { sort = '-position' } = question;
  const key = ({ event: { type, metadata } }: Seen) =>
    ({ participant: metadata.subject.participant ?? '', user: metadata.actor.user, type })[
      sort.replace('-', '') as 'user'
    ] ?? '';
  const compare = (a: Seen, b: Seen) => Number(a.event.position - b.event.position);
  found.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : compare(a, b)));
  return (sort.startsWith('-') ? found.toReversed() : found).map(({ event }) => String(event.position));
}

/** Finds positions quicker than by looking at every event. */
class QuickLog extends RecordedLog {
  private readonly byPosition = new Map(this.all.map(event => [event.position, event]));

  override async readAt(positions: readonly Position[]): Promise<RecordedEvent[]> {
    return positions.flatMap(position => this.byPosition.get(position) ?? []);
  }
}

describe('the trail', () => {
  const events = busyTrial(17_000, 11);
  const log = new QuickLog(events);
  const entries = seen(events);
  const standsAt = events.at(-1)!.position;
  let views: ViewDatabase;

  beforeAll(async () => {
    views = await viewsAfter(log, [auditTrail], { pageSize: 1_000 });
  });
  afterAll(() => views.close());

  const ask = (question: Asked, scope = wholeTrial): Promise<TrailPage> =>
    readTrail(question, { log, views, scope, standsAt });

  async function allPages(question: Asked, scope: Scope, mostPages: number): Promise<string[]> {
    const positions: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const answer = await ask({ ...question, cursor }, scope);
      positions.push(...answer.entries.map(({ position }) => position));
      if (answer.next === undefined) break;
      cursor = answer.next;
    }
    return positions;
  }

  const number = numbersFrom(5);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(number() * values.length)]!;
  const some = <Value>(chance: number, value: () => Value) => (number() < chance ? value() : undefined);

  function anyQuestion(): Asked {
    const from = some(0.2, () => Math.floor(number() * events.length));
    return {
      sort: pick(trailSorts),
      limit: pick([1, 7, 50, 300]),
      participant: some(0.2, () => [`${pick(['01', '02', '701'])}-00${Math.floor(number() * 9)}`, '03-001']),
      site: some(0.2, () => [pick(['01', '02', '09']), '03']),
      user: some(0.3, () => [pick(['u-010', 'u-7013', 'u-rare', 'u-nobody'])]),
      role: some(0.3, () => [pick(['investigator', 'coordinator'])]),
      type: some(0.3, () => [pick(['MeasurementRecorded', 'SeriousnessAssessed']), 'StatusChanged']),
      source: some(0.1, () => [pick(['import', 'device'])]),
      field: some(0.3, () => [
        pick(['result', 'result.value', 'results[0].value', 'criteria.death', 'nothing']),
      ]),
      reason: some(0.2, () => pick(['given', 'missing'] as const)),
      from: from === undefined ? undefined : events[from]!.metadata.recordedAt,
      to: some(0.2, () => pick(events).metadata.recordedAt),
      fromPosition: some(0.1, () => String(Math.floor(number() * 60_000))),
      toPosition: some(0.1, () => String(Math.floor(number() * 60_000))),
    };
  }

  it('answers any question as a look at every event does, page by page', async () => {
    for (let round = 0; round < 30; round++) {
      const question = anyQuestion();
      const scope = pick<Scope>([
        wholeTrial,
        { trial: 'OTHER', sites: 'all' },
        { trial: 'NCT05794425', sites: ['01', '701'] },
        { trial: 'NCT05794425', sites: [] },
        { trial: '*', sites: 'all' },
      ]);
      // Sites of all trials together are no question that somebody could mean: numbers repeat.
      if (scope.trial === '*' && question.site) continue;
      const expected = answeredByHand(entries, question, scope);
      const found = await allPages(question, scope, 4);
      expect({ question, scope, found }).toEqual({
        question,
        scope,
        found: expected.slice(0, 4 * question.limit!),
      });
    }
  });

  it('reads to the end without a cap', async () => {
    const question: Asked = { type: ['StatusChanged'], limit: 500, sort: 'participant' };
    const expected = answeredByHand(entries, question, wholeTrial);
    expect(expected.length).toBeGreaterThan(1_500);
    expect(await allPages(question, wholeTrial, Infinity)).toEqual(expected);
  });

  it('reads named streams from the log, under the same conditions and in the same orders', async () => {
    const stream = [
      'participant-NCT05794425.01-001',
      'participant-NCT05794425.03-000',
      'participant-none.none',
    ];
    for (const sort of trailSorts) {
      const question: Asked = { stream, sort, limit: 5, role: ['coordinator'] };
      const expected = answeredByHand(entries, question, wholeTrial);
      expect(expected.length).toBeGreaterThan(10);
      expect(await allPages(question, wholeTrial, 3)).toEqual(expected.slice(0, 15));
    }
  });

  it('shows nothing to a caller without sites, and nothing of no trial to one of a trial', async () => {
    expect((await ask({}, { trial: 'NCT05794425', sites: [] })).entries).toEqual([]);
    const page = await ask({ limit: 500 });
    expect(page.entries.every(({ subject }) => subject.trial === 'NCT05794425')).toBe(true);
    expect(page.entries.some(({ subject }) => subject.site === undefined)).toBe(true);
  });

  it('refuses a cursor of another question, of another scope, and what is none', async () => {
    const { next } = await ask({ limit: 1 });
    const refusal = { rejection: { rule: 'AUDIT-CURSOR', field: 'cursor', rejected: 'invalid' } };
    await expect(ask({ limit: 1, cursor: next, sort: 'user' })).rejects.toMatchObject(refusal);
    await expect(ask({ limit: 1, cursor: next, user: ['u-010'] })).rejects.toMatchObject(refusal);
    await expect(ask({ cursor: next }, { trial: 'OTHER', sites: 'all' })).rejects.toMatchObject(refusal);
    for (const cursor of ['', 'bm9uc2Vuc2U', 'WzEsMl0', 'not base 64']) {
      await expect(ask({ cursor })).rejects.toMatchObject(refusal);
    }
  });
});

describe('while events arrive', () => {
  it('later pages stand where the first one stood', async () => {
    const entries = Array.from({ length: 30 }, () => ({ trial: 'NCT05794425', site: '03' }));
    const events = someTrail(entries);
    const log = new RecordedLog(events);
    const views = await viewsAfter(log, [auditTrail]);
    const place = (standsAt: number) => ({
      log,
      views,
      scope: wholeTrial,
      standsAt: positionOfEntry(standsAt),
    });
    for (const sort of ['-position', 'position', 'user', '-type'] as const) {
      const first = await readTrail({ sort, limit: 4 }, place(9));
      const second = await readTrail({ sort, limit: 4, cursor: first.next }, place(29));
      const third = await readTrail({ sort, limit: 4, cursor: second.next }, place(29));
      const shown = [first, second, third].flatMap(page => page.entries.map(({ position }) => position));
      expect(shown.toSorted()).toEqual(
        events
          .slice(0, 10)
          .map(({ position }) => String(position))
          .toSorted(),
      );
      expect([first, second, third].map(({ upTo }) => upTo)).toEqual(
        Array(3).fill(String(positionOfEntry(9))),
      );
      expect(third.next).toBeUndefined();
    }
    await views.close();
  });
});
