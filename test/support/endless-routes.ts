import type { Route } from '../../apps/api/src/openapi/routes';

/** Whether the answer of a route has no end, so that nobody can wait for it. */
export const isEndless = ({ path }: Pick<Route, 'path'>): boolean => path.endsWith('/stream');
