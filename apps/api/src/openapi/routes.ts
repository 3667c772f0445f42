import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { DiscoveryService, Reflector } from '@nestjs/core';

/** A route as its controller declares it. */
export interface Route {
  readonly controller: new (...args: never[]) => object;
  readonly handler: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly path: string;
  /** Classes of the body and of the query string, where the handler takes them. */
  readonly body?: InputClass;
  readonly query?: InputClass;
}

export type InputClass = new () => object;

/** Every route of an application, read from the decorators that Nest itself routes by. */
export function routesOf(app: INestApplication): Route[] {
  const discovery = app.get(DiscoveryService, { strict: false });
  return discovery
    .getControllers()
    .flatMap(({ metatype }) =>
      typeof metatype === 'function' ? routesOfController(metatype as Route['controller']) : [],
    );
}

export function routesOfController(controller: Route['controller']): Route[] {
  const reflector = new Reflector();
  const prefix = reflector.get<string | undefined>(PATH_METADATA, controller) ?? '';
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap(handler => {
    const target = prototype[handler];
    if (handler === 'constructor' || typeof target !== 'function') return [];
    const paths = reflector.get<string | string[] | undefined>(PATH_METADATA, target as never);
    if (paths === undefined) return [];
    const method = RequestMethod[reflector.get<number>(METHOD_METADATA, target as never)] as Route['method'];
    const inputs = inputsOf(controller, handler);
    return [paths]
      .flat()
      .map(path => ({ controller, handler, method, path: joined(prefix, path), ...inputs }));
  });
}

function inputsOf(controller: Route['controller'], handler: string): Pick<Route, 'body' | 'query'> {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<
    string,
    { index: number }
  >;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype, handler) ??
    []) as InputClass[];
  const typeOf = (kind: RouteParamtypes): InputClass | undefined => {
    const entry = Object.entries(args).find(([key]) => key.startsWith(`${kind}:`));
    return entry && types[entry[1].index];
  };
  return { body: typeOf(RouteParamtypes.BODY), query: typeOf(RouteParamtypes.QUERY) };
}

const joined = (...parts: string[]): string =>
  `/${parts
    .flatMap(part => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
