/**
 * How far a caller may see: one trial, and all of its sites or some. Every query takes one, so that an unscoped
 * question cannot be written.
 */
export interface Scope {
  readonly trial: string;
  readonly sites: 'all' | readonly string[];
}

export const coversSite = (scope: Scope, site: string): boolean =>
  scope.sites === 'all' || scope.sites.includes(site);

/** Both scopes at once; a caller who filters by a site never sees more than before. */
export function narrowToSite(scope: Scope, site: string | undefined): Scope {
  if (site === undefined) return scope;
  return { trial: scope.trial, sites: coversSite(scope, site) ? [site] : [] };
}
