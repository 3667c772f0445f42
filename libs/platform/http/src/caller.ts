import {
  SetMetadata,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Caller } from '@platform/commands';

const publicRoute = 'platform:public-route';

/** Opens a route (or all routes of a controller) to everybody. What does not carry it needs an authenticated caller. */
export const Public = (): CustomDecorator => SetMetadata(publicRoute, true);

export const isPublic = (reflector: Reflector, context: ExecutionContext): boolean =>
  reflector.getAllAndOverride<boolean | undefined>(publicRoute, [
    context.getHandler(),
    context.getClass(),
  ]) === true;

const callers = new WeakMap<object, Caller>();

/** Called by the authentication guard, once it knows who asks. Kept beside the request: no client can name it. */
export function setCaller(request: object, caller: Caller): void {
  callers.set(request, caller);
}

/** Who asks, where the guard found out; undefined on public routes. */
export const callerOnRequest = (request: object): Caller | undefined => callers.get(request);

/** @throws Error on a route that no authentication guard has passed: a public route has no caller. */
export function callerOf(request: object): Caller {
  const caller = callers.get(request);
  if (!caller)
    throw new Error('The request has no caller: its route is public, or no guard stands before it.');
  return caller;
}

/** The caller of this request, as a controller's parameter. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<object>()),
);
