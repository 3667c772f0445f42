import fc from 'fast-check';
import { logStart, type DomainEvent, type Position, type RecordedEvent } from '@platform/kernel';
import type { ViewDatabase } from '@platform/views';
import { recorded, RecordedLog, type Given, viewsAfter } from '@platform/views/testing';
import { participantStream, screeningLog } from '@trial/participants';
import { exposureLog, treatmentStream } from '@trial/treatment';
import { adverseEventStream } from '../domain/adverse-event';
import { tabulate } from '../domain/tabulation/tabulate';
import type { TableOptions } from '../domain/tabulation/table';
import { zone } from '../testing';
import { adverseEventLog } from '../views/adverse-event-log';
import { tabulatedEvents, tabulatedParticipants } from '../views/tabulated-rows';

const trial = 'NCT05794425';
const people = ['01-001', '01-002', '02-001', '02-002'];
const adverseEvents = ['a', 'b', 'c', 'd', 'e'].map((id, index) => ({ id, of: people[index % 4]! }));
const options: TableOptions = {
  ...{ by: ['term'], population: 'safety', arm: 'actual', emergence: 'derived', emergent: 'true' },
};

type Move = (moment: { readonly who: number; readonly day: number }) => Given;

const fact = (type: string, data: object): DomainEvent => ({ type, data });
const about = (participant: string) => ({ trial, site: participant.slice(0, 2), participant });
const day = (number: number): string => (number === 0 ? '2024-03' : `2024-03-0${number}`);

const ofParticipant =
  (make: (site: string, number: number) => DomainEvent): Move =>
  ({ who, day: number }) => {
    const participant = people[who % 4]!;
    const site = participant.slice(0, 2);
    return {
      stream: participantStream(trial, participant),
      event: make(site, number),
      subject: about(participant),
    };
  };
const ofEvent =
  (make: (number: number, id: string, participant: string) => DomainEvent): Move =>
  ({ who, day: number }) => {
    const { id, of } = adverseEvents[who]!;
    const subject = { ...about(of), adverseEvent: id };
    return { stream: adverseEventStream(id), event: make(number, id, of), subject };
  };

const moves: readonly Move[] = [
  ofParticipant((site, number) =>
    fact('ParticipantEnrolled', {
      ...{ enrolledAt: '2024-03-01', site, protocolVersion: '1.0', arm: number % 2 ? 'A' : 'B' },
    }),
  ),
  ({ who, day: number }) => ({
    stream: treatmentStream(trial, people[who % 4]!),
    event: fact('AdministrationRecorded', { treatment: 'CSA', start: day(number), zone }),
    subject: about(people[who % 4]!),
  }),
  ofEvent((number, id, participant) =>
    fact('AdverseEventReported', {
      ...{ adverseEvent: id, trial, participant, term: number % 2 ? 'Fever' : 'Rash', onset: day(number) },
      zone,
    }),
  ),
  ofEvent(number => fact('SeverityAssessed', { scale: 'CTCAE-5.0', grade: 1 + (number % 5) })),
  ofEvent(number => fact('AdverseEventAmended', { onset: number % 3 ? day(number) : null })),
  ofEvent(() => fact('AdverseEventVoided', {})),
];

/** Each adverse event is reported before anything else is said of it, and once; each participant is opened first. */
function inOrder(given: readonly Given[]): Given[] {
  const opened = people.map(participant => ({
    stream: participantStream(trial, participant),
    event: fact('ParticipantPrescreened', {
      ...{ site: participant.slice(0, 2), prescreenedAt: '2024-03-01', protocolVersion: '1.0' },
    }),
    subject: about(participant),
  }));
  const seen = new Set<string>();
  const fitting = given.filter(({ stream, event: { type } }) => {
    if (type === 'AdverseEventReported' || type === 'ParticipantEnrolled') {
      const first = !seen.has(`${stream}${type}`);
      seen.add(`${stream}${type}`);
      return first;
    }
    return !stream.startsWith('adverseEvent-') || seen.has(`${stream}AdverseEventReported`);
  });
  return [...opened, ...fitting];
}

/** What the table says of any event and of each term, in as few thoughts as possible, from the events themselves. */
function naive(events: readonly RecordedEvent[]): Record<string, string> {
  const data = (event: RecordedEvent) => event.data as Record<string, string | null>;
  const of = (type: string) => events.filter(event => event.type === type);
  const arms: Record<string, string> = {};
  for (const event of of('ParticipantEnrolled')) arms[event.metadata.subject.participant!] = data(event).arm!;
  const doses: Record<string, string[]> = {};
  for (const event of of('AdministrationRecorded')) {
    (doses[event.metadata.subject.participant!] ??= []).push(data(event).start!);
  }
  const cells: Record<string, { people: Set<string>; events: number }> = {};
  for (const report of of('AdverseEventReported')) {
    const own = events.filter(({ stream }) => stream === report.stream);
    const onset = data(own.findLast(event => 'onset' in event.data)!).onset;
    const participant = report.metadata.subject.participant!;
    const first = doses[participant];
    const isVoid = own.some(({ type }) => type === 'AdverseEventVoided');
    if (isVoid || !first) continue;
    const proven = onset && onset.length === 10 && first.every(dose => dose.length === 10 && onset < dose);
    if (proven) continue;
    for (const row of ['any', data(report).term!]) {
      for (const column of [arms[participant] ?? 'null', 'total']) {
        const cell = (cells[`${row} ${column}`] ??= { people: new Set(), events: 0 });
        cell.people.add(participant);
        cell.events += 1;
      }
    }
  }
  return Object.fromEntries(
    Object.entries(cells).map(([name, cell]) => [name, `${cell.people.size}/${cell.events}`]),
  );
}

/** The table in the same words, without its zeros. */
async function tableAt(views: ViewDatabase, at: Position): Promise<Record<string, string>> {
  const scope = { trial, sites: 'all' } as const;
  const { columns, overview, rows } = tabulate(
    await tabulatedParticipants(views, scope, at),
    await tabulatedEvents(views, scope, at),
    options,
  );
  const [any] = overview;
  return Object.fromEntries(
    [{ name: 'any', cells: any!.cells }, ...rows.map(({ term, cells }) => ({ name: term, cells }))].flatMap(
      ({ name, cells }) =>
        columns.flatMap(({ arm, total }, index) => {
          const { participants, events } = cells[index]!;
          return events === 0
            ? []
            : [[`${name} ${total ? 'total' : arm}`, `${participants}/${events}`] as const];
        }),
    ),
  );
}

test('the table as of a position is that of the events up to there', async () => {
  const history = fc.array(
    fc.tuple(
      fc.constantFrom(...moves),
      fc.record({ who: fc.integer({ min: 0, max: 4 }), day: fc.integer({ min: 0, max: 9 }) }),
    ),
    { minLength: 40, maxLength: 80 },
  );
  let filled = 0;
  await fc.assert(
    fc.asyncProperty(history, async steps => {
      const events = recorded(inOrder(steps.map(([move, moment]) => move(moment))));
      const views = await viewsAfter(new RecordedLog(events), [screeningLog, exposureLog, adverseEventLog]);
      for (const [index, { position }] of [{ position: logStart }, ...events].entries()) {
        const expected = naive(events.slice(0, index));
        filled += Object.keys(expected).length;
        expect(await tableAt(views, position)).toEqual(expected);
      }
      await views.close();
    }),
    { numRuns: 15 },
  );
  expect(filled).toBeGreaterThan(500);
});
