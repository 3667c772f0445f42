import { Controller, Get, Post } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Public } from '@platform/http';
import { AccessHost } from '../testing/access-host';
import { AccountReader } from './account-reader';
import { AuthGuard } from './auth.guard';
import { AccessTokens } from './tokens';

/** A controller that says nothing of who may ask. */
@Controller('forgotten')
class ForgottenController {
  @Get()
  read() {
    return { secret: true };
  }

  @Post(':id')
  write() {
    return { secret: true };
  }
}

@Controller('open')
class OpenController {
  @Public()
  @Get()
  read() {
    return { open: true };
  }

  @Get('inner')
  inner() {
    return { secret: true };
  }
}

const host = new AccessHost();
const routes: { readonly method: string; readonly url: string }[] = [];

beforeAll(async () => {
  await host.start({ controllers: [ForgottenController, OpenController] });
  const printed: string = host.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  routes.push(...routesIn(printed));
});
afterAll(() => host.stop());

/** Fastify's tree of routes as a list: each line is a part of a path, indented by four characters a level. */
function routesIn(tree: string): { method: string; url: string }[] {
  const path: string[] = [];
  return tree.split('\n').flatMap(line => {
    const found = /^([│├└─\s]*)(\S+)(?: \(([A-Z, ]+)\))?$/u.exec(line);
    if (!found) return [];
    const [, indent = '', part = '', methods = ''] = found;
    path.length = indent.length / 4;
    path.push(part);
    const url = path.join('').replaceAll(/:\w+/g, 'any');
    return methods.split(', ').flatMap(method => (['GET', 'POST'].includes(method) ? [{ method, url }] : []));
  });
}

/** Every route that anybody may use. A new one is added here, or it is a mistake. */
const publicRoutes = ['GET /open', 'POST /auth/login'];

test('every route but the public ones turns away who shows no token, and who shows a wrong one', async () => {
  expect(routes.length).toBeGreaterThan(15);
  expect(routes).toContainEqual({ method: 'POST', url: '/accounts/any/roles/revocations' });
  const open: string[] = [];
  for (const { method, url } of routes) {
    for (const headers of [{}, { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }]) {
      const { status } = await host.send(method === 'GET' ? 'GET' : 'POST', url, undefined, headers);
      if (status !== 401) open.push(`${method} ${url}`);
    }
  }
  expect(new Set(open)).toEqual(new Set(publicRoutes));
});

test('a public route asks nobody who they are', async () => {
  expect((await host.send('GET', '/open')).body).toEqual({ open: true });
});

test('what did not come as a request of HTTP passes no guard', async () => {
  const context = new ExecutionContextHost([]);
  context.setType('rpc');
  const guard = new AuthGuard(
    host.app.get(Reflector),
    host.app.get(AccessTokens),
    host.app.get(AccountReader),
  );
  expect(await guard.canActivate(context)).toBe(false);
});
