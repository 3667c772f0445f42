import 'reflect-metadata';
import { RequestMethod, type ExecutionContext } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  MODULE_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { Reflector } from '@nestjs/core';
import { isPublic } from '@platform/http';

export type Controller = new (...args: never[]) => object;
export type InputClass = new () => object;

/** A route as its controller declares it. */
export interface Route {
  readonly controller: Controller;
  readonly handler: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** `/trials/:trial/sites/:site` */
  readonly path: string;
  /** The names in the path. */
  readonly params: readonly string[];
  /** Classes of the body and of the query string, where the handler takes them. */
  readonly body?: InputClass;
  readonly query?: InputClass;
  readonly isPublic: boolean;
  /** Of its answer when all goes well. */
  readonly status: number;
}

const reflector = new Reflector();

/** The controllers of some modules, read from what Nest itself starts them by. */
export function controllersOf(modules: readonly object[]): Controller[] {
  return modules.flatMap(module => {
    const own = (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as Controller[];
    const imported = (Reflect.getMetadata(MODULE_METADATA.IMPORTS, module) ?? []) as object[];
    return [...own, ...controllersOf(imported)];
  });
}

/** Every route of some controllers, read from the decorators that Nest itself routes by. */
export function routesOf(controllers: readonly Controller[]): Route[] {
  return controllers.flatMap(controller => {
    const prototype = controller.prototype as Record<string, unknown>;
    return Object.getOwnPropertyNames(prototype).flatMap(handler => {
      const target = prototype[handler];
      return handler !== 'constructor' && typeof target === 'function'
        ? routesOfHandler(controller, handler, target as () => unknown)
        : [];
    });
  });
}

function routesOfHandler(controller: Controller, handler: string, target: () => unknown): Route[] {
  const paths = reflector.get<string | string[] | undefined>(PATH_METADATA, target);
  if (paths === undefined) return [];
  const prefix = reflector.get<string | undefined>(PATH_METADATA, controller) ?? '';
  const method = RequestMethod[reflector.get<number>(METHOD_METADATA, target)] as Route['method'];
  const status = reflector.get<number | undefined>(HTTP_CODE_METADATA, target);
  const context = { getHandler: () => target, getClass: () => controller } as unknown as ExecutionContext;
  return [paths].flat().map(each => {
    const path = joined(prefix, each);
    return {
      controller,
      handler,
      method,
      path,
      params: [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name),
      body: inputOf(controller, handler, RouteParamtypes.BODY),
      query: inputOf(controller, handler, RouteParamtypes.QUERY),
      isPublic: isPublic(reflector, context),
      status: status ?? (method === 'POST' ? 201 : 200),
    };
  });
}

/** The declared type of a handler's body or query string; undefined when it takes none. */
function inputOf(controller: Controller, handler: string, kind: RouteParamtypes): InputClass | undefined {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<
    string,
    { index: number }
  >;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, handler) ??
    []) as InputClass[];
  const entry = Object.entries(args).find(([key]) => key.startsWith(`${kind}:`));
  return entry && types[entry[1].index];
}

const joined = (...parts: string[]): string =>
  `/${parts
    .flatMap(part => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
