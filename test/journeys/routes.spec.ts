import { getMetadataStorage } from 'class-validator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, permissionOf, Query } from '@platform/commands';
import { isPermission } from '@trial/access';
import { apiControllers } from '../../apps/api/src/api.module';
import { routesOf, type InputClass, type Route } from '../../apps/api/src/openapi/routes';
import { RunningLedger } from '../support/running-ledger';

/** What answers without a login. A route that is not in this list and answers nevertheless is a hole. */
const publicRoutes = [
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /openapi.json',
  'POST /auth/login',
];

/** Bodies that are no commands, because a password must not go where commands go. */
const bodiesApart = ['ChangePassword', 'LogIn', 'TemporaryPassword'];

const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;
const routes = routesOf(apiControllers);

/** A path with plausible ids in it. */
const filled = (path: string): string =>
  path.replace(/:(\w+)/g, (_, name: string) => (name === 'participant' ? '01-001' : 'x1'));

/** The routes that the server has, from its own tree; HEAD comes with every GET. */
function servedBy(server: { printRoutes(options: { commonPrefix: false }): string }): string[] {
  const segments: string[] = [];
  return server
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap(line => {
      const match = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line);
      if (!match) return [];
      const [, indent = '', segment = '', methods = ''] = match;
      segments.splice(indent.length / 4, Infinity, segment);
      const path = segments.join('');
      return methods
        .split(', ')
        .filter(method => method !== '' && method !== 'HEAD')
        .map(method => `${method} ${path}`);
    });
}

const isClass = (type: InputClass | undefined): type is InputClass =>
  type !== undefined && ![Object, Array, String, Number, Boolean].includes(type as never);

const decorated = (type: InputClass): boolean =>
  getMetadataStorage().getTargetValidationMetadatas(type, '', true, false).length > 0;

describe('every route', () => {
  let ledger: RunningLedger;

  beforeAll(async () => {
    ledger = await RunningLedger.start();
  });

  afterAll(() => ledger.stop());

  it('of the running server is one that its controllers declare', () => {
    const served = servedBy(ledger.app.getHttpAdapter().getInstance());
    expect(served.length).toBeGreaterThan(100);
    expect(served.toSorted()).toEqual(routes.map(nameOf).toSorted());
  });

  it('is described at /openapi.json as docs/openapi.json says', async () => {
    const { status, body } = await ledger.call('GET', '/openapi.json');
    const committed = readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8');
    expect([status, body]).toEqual([200, JSON.parse(committed)]);
  });

  it('takes its body and its query string as a class that says what is allowed', () => {
    for (const { body, query, ...route } of routes) {
      for (const [kind, input] of Object.entries({ body, query })) {
        if (input === undefined) continue;
        // A class without a decorator takes no field at all: then it has to be a command or a query without any.
        const checked =
          isClass(input) && (decorated(input) || new input() instanceof (kind === 'body' ? Command : Query));
        expect({ route: nameOf(route), kind, checked }).toEqual({
          route: nameOf(route),
          kind,
          checked: true,
        });
      }
    }
  });

  it('that changes something takes a command, and each command and query has a permission that exists', () => {
    const inputs = new Set(routes.flatMap(({ body, query }) => [body ?? [], query ?? []].flat()));
    const without = [...inputs].filter(input => !isPermission(permissionOf(input) ?? 'none'));
    expect(without.map(({ name }) => name).toSorted()).toEqual(bodiesApart);
    const bodiless = routes.filter(({ method, body }) => method !== 'GET' && body === undefined);
    expect(bodiless.map(nameOf)).toEqual(['POST /auth/renew']);
  });

  it('is closed without a token, but for those of the list', async () => {
    expect(
      routes
        .filter(({ isPublic }) => isPublic)
        .map(nameOf)
        .toSorted(),
    ).toEqual(publicRoutes);
    for (const route of routes.filter(each => !publicRoutes.includes(nameOf(each)))) {
      const { status, body, headers } = await ledger.call(route.method, filled(route.path), {
        body: route.method === 'GET' ? undefined : {},
      });
      expect({ route: nameOf(route), status, rule: body.rule }).toEqual({
        route: nameOf(route),
        status: 401,
        rule: 'AUTH-TOKEN-REQUIRED',
      });
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
