import type { Route } from './routes';
import { specialRouteOf } from './special-routes';

/**
 * A name for each route that a generated client can call its function by: that of the command or query.
 * Routes that share one are told apart by the ids in their paths: `listInfusions` and
 * `listInfusionsOfParticipant`.
 */
export function operationIds(routes: readonly Route[]): Map<Route, string> {
  return new Map(
    routes.map(route => {
      const name = nameOf(route);
      const shared = routes.filter(other => nameOf(other) === name);
      const own = route.params.filter(param => !shared.every(({ params }) => params.includes(param)));
      return [route, own.length > 0 ? `${name}Of${own.map(upperFirst).join('And')}` : name];
    }),
  );
}

function nameOf(route: Route): string {
  const name = specialRouteOf(route)?.operationId ?? (route.body ?? route.query)?.name ?? route.handler;
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
