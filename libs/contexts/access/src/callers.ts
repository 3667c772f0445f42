import type { AccessPolicy, Caller, Grant, Target } from '@platform/commands';
import { grantFor, type RoleAssignment } from './domain/policy';

/** Rights as this context understands them: the roles that count for one request. */
export class HeldRoles {
  constructor(readonly assignments: readonly RoleAssignment[]) {}
}

/** Role of somebody who acts on the own account, which needs no other. */
const holder = 'accountHolder';

/**
 * Rights are the caller's roles, as they were looked up for this request. Rights of any other shape are none.
 */
export const rolePolicy: AccessPolicy = {
  grant({ user, rights }: Caller, permission: string, target: Target): Grant | undefined {
    if (!(rights instanceof HeldRoles)) return undefined;
    if (permission !== 'account.own') return grantFor(rights.assignments, permission, target);
    const own = target.user === user && Object.keys(target).length === 1;
    return own ? { role: holder, scope: { trial: '*', sites: [] } } : undefined;
  },
};

const everywhere = { trial: '*', sites: 'all' } as const;

/** A component of the system: a reaction, the worker. */
export const systemCaller = (component: string): Caller => ({
  user: `system-${component}`,
  printedName: `System: ${component}`,
  rights: new HeldRoles([{ role: 'system', ...everywhere }]),
});

/** An import's own user: writes whatever its source says, in one trial. */
export const importCaller = (trial: string, source: string): Caller => ({
  user: `import-${source}`,
  printedName: `Import from ${source}`,
  rights: new HeldRoles([{ role: 'importer', trial, sites: 'all' }]),
});

/** Whoever sits at the machine's command line and owns the data folder: opens the first account, defines trials. */
export const operatorCaller = (): Caller => ({
  user: 'operator',
  printedName: 'Operator at the command line',
  rights: new HeldRoles([{ role: 'administrator', ...everywhere }]),
});
