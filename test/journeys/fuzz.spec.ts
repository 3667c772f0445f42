import fc from 'fast-check';
import { permissionOf } from '@platform/commands';
import { allows, isPermission, type AccountRole } from '@trial/access';
import { apiControllers } from '../../apps/api/src/api.module';
import { examples } from '../../apps/api/src/openapi/examples/all';
import { routesOf, type Route } from '../../apps/api/src/openapi/routes';
import { inputSchemas, type JsonSchema } from '../../apps/api/src/openapi/schemas';
import { isEndless } from '../support/endless-routes';
import { markedParticipant, type Marked } from '../support/marked-participant';
import { RunningTrial, trial } from '../support/trial';
import { mutated, mutations, parameterLike } from './bad-input/mutations';

const requests = { commands: 200, questions: 100 };

/** Left out: sessions and accounts, which the test itself needs, and what would end the things it asks about. */
const routes = routesOf(apiControllers).filter(
  route =>
    route.path.startsWith('/trials/') &&
    !/\/(void|closing|cancellation)$/.test(route.path) &&
    !isEndless(route),
);
const commands = routes.filter(({ body }) => body !== undefined);
const questions = routes.filter(({ query }) => query !== undefined);
const schemas = inputSchemas(questions.flatMap(({ query }) => query ?? []));

const roles: readonly AccountRole[] = ['investigator', 'administrator', 'dataManager', 'safetyOfficer'];

/** Somebody who may: what is refused at the door tells nothing of what stands behind it. */
function roleFor({ body, query }: Route): AccountRole {
  const permission = permissionOf((body ?? query)!) ?? '';
  return roles.find(role => isPermission(permission) && allows(role, permission)) ?? 'investigator';
}

describe('whatever is sent', () => {
  let running: RunningTrial;
  let marked: Marked;
  const tokens = new Map<AccountRole, string>();

  beforeAll(async () => {
    running = await RunningTrial.start(['01']);
    marked = await markedParticipant(running, '01');
    // The examples speak of that year; tokens are given for the hour in which they are asked for.
    running.clock.set('2024-10-01T08:00:00.000Z');
    for (const role of roles) {
      const site = role === 'investigator' ? '01' : undefined;
      tokens.set(role, (await running.as({ role, site })).token);
    }
  });

  afterAll(() => running.stop());

  /** With ids that there are, now and then with another one. */
  const pathOf = ({ path }: Route, other: string | undefined): string =>
    path.replace(/:(\w+)/g, (_, name: string) => {
      const known = { ...marked, trial }[name as keyof Marked];
      return other !== undefined && name !== 'trial' ? encodeURIComponent(other) : known;
    });

  /** An example that speaks of what there is. */
  const exampleOf = ({ body }: Route): unknown =>
    JSON.parse(
      JSON.stringify(examples[body!.name]).replace(
        /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
        marked.event,
      ),
    );

  /** Sends, and holds that a client can do something with the answer. */
  async function expectAnswer(
    method: string,
    path: string,
    role: AccountRole,
    body?: unknown,
  ): Promise<void> {
    const { status, ...answer } = await running.ledger.call(method, path, { token: tokens.get(role), body });
    const told = answer.headers.get('content-type')?.startsWith('application/problem+json') === true;
    expect({ path, status, body: answer.body }).toEqual({
      path,
      status: status < 500 ? status : 'below 500',
      body:
        status < 300 || (told && answer.body.rule !== undefined) ? answer.body : 'a problem with its rule',
    });
  }

  const otherId = fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('x', '02-001', '01-999', '..', '%', 'ä') },
  );

  it('as a body is answered, and never with an error of ours', async () => {
    const command = fc.constantFrom(...commands);
    await fc.assert(
      fc.asyncProperty(command, mutations, otherId, async (route, changes, other) => {
        await expectAnswer(
          route.method,
          pathOf(route, other),
          roleFor(route),
          mutated(exampleOf(route), changes),
        );
      }),
      { numRuns: requests.commands },
    );
  });

  it('as a question is answered, and never with an error of ours', async () => {
    const asked = fc.constantFrom(...questions).chain(route => {
      const known = (schemas[route.query!.name]?.properties ?? {}) as Record<string, JsonSchema>;
      const parameter = fc
        .constantFrom(...Object.keys(known), 'asOf', 'after', 'other')
        .chain(name => fc.tuple(fc.constant(name), parameterLike(known[name] ?? {})));
      return fc.tuple(fc.constant(route), fc.array(parameter, { maxLength: 3 }));
    });
    await fc.assert(
      fc.asyncProperty(asked, otherId, async ([route, parameters], other) => {
        const query = new URLSearchParams(parameters).toString();
        await expectAnswer(route.method, `${pathOf(route, other)}?${query}`, roleFor(route));
      }),
      { numRuns: requests.questions },
    );
  });

  it('leaves reactions and views going', async () => {
    await running.ledger.settled();
    const { status, body } = await running.ledger.call('GET', '/health/ready');
    expect({ status, ready: body.status, views: body.views }).toEqual({
      status: 200,
      ready: 'ready',
      views: body.views.map((view: object) => ({ ...view, state: 'live', lag: 0 })),
    });
  });
});
