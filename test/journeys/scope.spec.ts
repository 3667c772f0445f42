import fc from 'fast-check';
import { filled } from '@platform/commands';
import type { Position } from '@platform/kernel';
import type { AccountRole } from '@trial/access';
import { DefineTrial, initialTrial, PublishProtocolVersion } from '@trial/protocol';
import { ObligationWatch } from '@trial/reporting';
import { StartInfusion } from '@trial/treatment';
import { apiControllers } from '../../apps/api/src/api.module';
import { examples } from '../../apps/api/src/openapi/examples/all';
import { routesOf, type Route } from '../../apps/api/src/openapi/routes';
import { inputSchemas } from '../../apps/api/src/openapi/schemas';
import { describedAnswers } from '../support/described-answers';
import { isEndless } from '../support/endless-routes';
import { markedParticipant, sharedBatch, type Marked } from '../support/marked-participant';
import { isScaleOut } from '../support/modes/mode';
import type { Answer } from '../support/running-ledger';
import { days, RunningTrial, trial, zone } from '../support/trial';

const roles: readonly AccountRole[] = [
  ...(['investigator', 'coordinator', 'pharmacist', 'monitor', 'dataManager', 'inspector'] as const),
];
const routes = routesOf(apiControllers).filter(
  route => route.path.startsWith('/trials/') && !isEndless(route),
);
const reads = routes.filter(({ method }) => method === 'GET');
const writes = routes.filter(({ method }) => method === 'POST');
const otherTrial = 'NCT00000000';
const nowhere = '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21';
const uuids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Parameters that no id can be guessed with. */
const numbers = ['cursor', 'limit', 'grade', 'fromPosition', 'toPosition'];

type Ids = Readonly<Record<string, string>>;

/** The same kind of ids, which nothing has. */
const unknownIds: Ids = {
  ...{ site: '77', participant: '77-001', infusion: nowhere, reaction: nowhere },
  ...{ adverseEvent: nowhere, deviation: nowhere, alert: nowhere, event: nowhere },
  ...{ reportingCase: nowhere, obligation: nowhere, signature: nowhere, recall: nowhere },
};

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const idsOf = (marked: Marked): Ids => ({ ...marked, trial, recall: nowhere });
const at = ({ path }: Route, ids: Ids): string => path.replace(/:(\w+)/g, (_, name: string) => ids[name]!);
const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : JSON.stringify(body));

/** What has to be asked for. */
function mandatoryQuery({ query }: Route, { participant }: Ids): string {
  if (query?.name === 'ExportAuditTrail') return '?format=ndjson';
  if (query?.name === 'ReadDataPoint') return `?stream=participant-${trial}.${participant}&field=detail`;
  return '';
}

/** Every site hears of a recall; who received the product at which site is that site's to know. */
async function recallForAll(running: RunningTrial): Promise<string> {
  const { post } = await running.as({ role: 'safetyOfficer' });
  const reason = { code: 'sterility', text: 'Growth in the sample kept back' };
  const heardAt = { at: days.decided, zone };
  const { body } = await post('/product-recalls', {
    by: 'batch',
    numbers: [sharedBatch],
    at: heardAt,
    reason,
  });
  return body.ids.recall as string;
}

describe('somebody of site 01', () => {
  let running: RunningTrial;
  let own: Ids;
  let foreign: Ids;
  /** Where the trail stood before anybody guessed: what somebody asks for stands in it as well. */
  let unasked: Position;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    running = await RunningTrial.start(['01', '02']);
    // Of the first two treated, one of each site: what follows at site 02 changes no signal of the whole trial.
    const rule = {
      ...{ rule: 'SR-01', title: 'One of two', kind: 'countAmongFirst', source: 'A test' },
      ...{ counts: { related: true }, parameters: { participants: 1, amongFirst: 2 } },
    };
    await (await running.as({ role: 'safetyOfficer' })).post('/stopping-rules', rule);
    own = idsOf(await markedParticipant(running, '01'));
    foreign = idsOf(await markedParticipant(running, '02'));
    for (const { participant = '', infusion = '' } of [own, foreign]) {
      const start = filled(StartInfusion, { at: { at: days.decided, zone }, recordedAfterwards: true });
      await running.submit(start, { participant, infusion });
    }
    own = { ...own, recall: await recallForAll(running) };
    // The examples speak of that year; tokens are given for the hour in which they are asked for.
    running.clock.set('2024-10-01T08:00:00.000Z');
    // Reports are overdue by then, and are noted as such now, and not at some moment between two questions.
    await running.ledger.app.get(ObligationWatch).check();
    for (const role of roles) tokens.set(role, (await running.as({ role, site: '01' })).token);
    const neighbour = await running.as({ role: 'coordinator', site: '02' });
    for (const path of ['', '/participants', '/sites/02', `/participants/${foreign.participant}`]) {
      await neighbour.get(path);
    }
    const { define, publish } = initialTrial(trial)!;
    await running.ledger.asOperator(filled(DefineTrial, define), { trial: otherTrial });
    await running.ledger.asOperator(filled(PublishProtocolVersion, publish), { trial: otherTrial });
    tokens.set('other', await running.ledger.login('coordinator-71', 'coordinator', otherTrial, 'all'));
    unasked = await running.ledger.settled();
  });

  afterAll(() => running.stop());

  const ask = (route: Route, ids: Ids, who: string, query = mandatoryQuery(route, ids)): Promise<Answer> =>
    running.ledger.call('GET', at(route, ids) + query, { token: tokens.get(who) });

  /** Everything in a text that only one of two sites has. */
  function secretsIn(text: string, { site = '', mark = '', ...ids }: Ids): string[] {
    const { trial: _, recall: __, ...secrets } = ids;
    const people = [`investigator-of-${site}`, `safety-officer-of-${site}`, `coordinator-${site}`];
    return [...Object.values(secrets), mark, ...people, `"site":"${site}"`].filter(each =>
      text.includes(each),
    );
  }

  it('is shown nothing of site 02 by any question, and is answered as the description says', async () => {
    const described = describedAnswers();
    const shown: string[] = [];
    for (const route of reads) {
      for (const role of roles) {
        const answer = await ask(route, own, role);
        expect({ route: nameOf(route), role, secrets: secretsIn(textOf(answer), foreign) }).toEqual({
          route: nameOf(route),
          role,
          secrets: [],
        });
        expect(described(route, answer)).toBeUndefined();
        if (answer.status === 200 && secretsIn(textOf(answer), own).length > 0) shown.push(nameOf(route));
      }
    }
    // The other way round: what is asked does show marks, where there is something to be shown.
    const silent = reads.map(nameOf).filter(name => !shown.includes(name));
    expect(
      silent.filter(name => !/trial$|protocol|reporting-rules|policy|product-recalls$|\/board$/.test(name)),
    ).toEqual([]);
  });

  /** What a request by somebody comes to, apart from the address that was asked for. */
  async function outcome(route: Route, ids: Ids, who: string, event: string): Promise<string> {
    const example = JSON.stringify(examples[route.body?.name ?? ''] ?? {}).replace(uuids, event);
    const body = JSON.parse(example) as object;
    const answer =
      route.method === 'GET'
        ? await ask(route, ids, who)
        : await running.ledger.call('POST', at(route, ids), { token: tokens.get(who), body });
    return `${answer.status} ${String(answer.body.rule)} ${String(answer.body.detail)}`;
  }

  const places = ['site', 'participant'];
  const named = routes.filter(({ params }) => params.some(param => places.includes(param)));

  it.each(named.map(route => [nameOf(route), route] as const))(
    'cannot tell by %s whether site 02 has something',
    async (_, route) => {
      for (const who of ['investigator', 'dataManager']) {
        const there = await outcome(route, foreign, who, foreign.event!);
        const notThere = await outcome(route, { ...unknownIds, trial }, who, nowhere);
        expect(there).toMatch(/^403 ACCESS-NO-GRANT /);
        expect(notThere).toBe(there);
      }
    },
  );

  const inside = routes.filter(({ params }) => params.some(param => !['trial', ...places].includes(param)));

  it.each(inside.map(route => [nameOf(route), route] as const))(
    'cannot tell by %s, below the own participant, whether site 02 has something',
    async (_, route) => {
      const { site, participant } = own;
      const there = await outcome(
        route,
        { ...foreign, site: site!, participant: participant! },
        'investigator',
        foreign.event!,
      );
      const notThere = await outcome(
        route,
        { ...unknownIds, trial, site: site!, participant: participant! },
        'investigator',
        nowhere,
      );
      expect(notThere).toBe(there);
    },
  );

  it('cannot change anything of the trial as a whole', async () => {
    for (const route of writes.filter(each => !named.includes(each))) {
      expect(`${nameOf(route)} ${await outcome(route, own, 'investigator', nowhere)}`).toContain(
        '403 ACCESS-NO-GRANT',
      );
    }
  });

  /** What site 02 has, beside what nothing has; each a value that somebody may filter by. */
  const guesses = (): [string, string][] => {
    const streamsOf = (category: string): [string, string] => [
      `${category}-${trial}.${foreign.participant}`,
      `${category}-${trial}.${unknownIds.participant}`,
    ];
    return [
      ...(['site', 'participant', 'adverseEvent', 'infusion', 'event'] as const).map(
        (name): [string, string] => [foreign[name]!, unknownIds[name]!],
      ),
      [foreign.mark!, 'QX77'],
      ['investigator-of-02', 'investigator-of-77'],
      streamsOf('participant'),
      streamsOf('treatment'),
      [`site-${trial}.02`, `site-${trial}.77`],
      [`adverseEvent-${foreign.adverseEvent}`, `adverseEvent-${nowhere}`],
      [`deviation-${foreign.deviation}`, `deviation-${nowhere}`],
      [foreign.obligation!, unknownIds.obligation!],
      [`reportingCase-${foreign.adverseEvent}`, `reportingCase-${nowhere}`],
      [`reportingCase-${foreign.reportingCase}`, `reportingCase-${nowhere}`],
      [`alert-${foreign.alert}`, `alert-${nowhere}`],
      ['account-coordinator-02', 'account-coordinator-77'],
    ];
  };

  it('finds nothing of site 02 by filters, and no difference from what is not', async () => {
    const schemas = inputSchemas(reads.flatMap(({ query }) => query ?? []));
    const question = fc.constantFrom(...reads).chain(route => {
      const parameters = Object.keys(schemas[route.query!.name]?.properties ?? {}).filter(
        name => !numbers.includes(name),
      );
      const filter = fc.tuple(fc.constantFrom('site', ...parameters), fc.constantFrom(...guesses()));
      return fc.tuple(
        fc.constant(route),
        fc.constantFrom(...roles),
        fc.array(filter, { minLength: 1, maxLength: 2 }),
      );
    });
    const words = guesses()
      .flat()
      .toSorted((a, b) => b.length - a.length);
    /** Without what was asked for, which may come back, and without the place that the answer stands at. */
    const neutral = ({ status, body }: Answer): string => {
      // Where a page ends depends on what was asked; that it ends does not.
      const {
        standsAt: _,
        instance: __,
        upTo: ___,
        next,
        ...rest
      } = typeof body === 'string' ? { body } : body;
      const told = { ...rest, next: next !== undefined };
      return words.reduce((text, word) => text.replaceAll(word, '?'), `${status} ${JSON.stringify(told)}`);
    };
    await fc.assert(
      fc.asyncProperty(question, async ([route, role, filters]) => {
        const answerTo = (which: 0 | 1): Promise<Answer> => {
          const query = new URLSearchParams(
            filters.map(([name, pair]): [string, string] => [name, pair[which]]),
          );
          if (route.query?.name === 'ExportAuditTrail') query.set('format', 'csv');
          if (route.query?.name === 'ReadDataPoint' && !query.has('field')) query.set('field', 'term');
          if (/Audit/.test(route.query?.name ?? '')) query.set('toPosition', String(unasked));
          return ask(route, own, role, `?${query.toString()}`);
        };
        const [there, notThere] = [await answerTo(0), await answerTo(1)];
        expect(neutral(there)).toBe(neutral(notThere));
        const asked = filters.map(([, [value]]) => value).join(' ');
        expect(secretsIn(textOf(there), foreign).filter(secret => !asked.includes(secret))).toEqual([]);
      }),
      { numRuns: isScaleOut ? 50 : 150 },
    );
  });

  it('sees the same numbers, whatever happens at site 02', async () => {
    // The trail grows by each reading of it, so it is asked apart.
    const trail = reads.filter(({ path }) => path.includes('audit-trail'));
    const everything = async (): Promise<string[]> => {
      const answers: string[] = [];
      for (const route of reads.filter(each => !trail.includes(each))) {
        for (const role of roles) {
          const { standsAt: _, ...body } = (await ask(route, own, role)).body;
          answers.push(`${nameOf(route)} as ${role}: ${JSON.stringify(body)}`);
        }
      }
      return answers;
    };
    const before = await everything();
    const position = await running.ledger.settled();
    await markedParticipant(running, '02', 'B-2024-2');
    await running.ledger.settled();
    expect(await everything()).toEqual(before);
    const since = `?format=ndjson&fromPosition=${position + 1n}`;
    const lines = textOf(
      await ask(
        trail.find(({ handler }) => handler === 'export')!,
        own,
        'dataManager',
        since,
      ),
    );
    const streams = lines
      .split('\n')
      .flatMap(line => (line ? [(JSON.parse(line) as { stream: string }).stream] : []));
    expect(streams.filter(stream => !stream.startsWith('access-'))).toEqual([]);
  });

  it('of another trial sees nothing of this one', async () => {
    for (const route of routes) {
      expect(`${nameOf(route)} ${await outcome(route, own, 'other', own.event!)}`).toContain(
        '403 ACCESS-NO-GRANT',
      );
    }
    for (const route of reads) {
      const ids = { ...own, trial: otherTrial };
      const answer = await ask(route, ids, 'other');
      const asked = at(route, ids) + mandatoryQuery(route, ids);
      const secrets = [...secretsIn(textOf(answer), own), ...secretsIn(textOf(answer), foreign)];
      const told = secrets.filter(secret => !asked.includes(secret));
      expect({ route: nameOf(route), fine: answer.status < 500, told }).toEqual({
        route: nameOf(route),
        fine: true,
        told: [],
      });
    }
  });
});
