/** What people (and two kinds of component) are in a trial. A role says nothing by itself: the table below does. */
export const roles = [
  'investigator',
  'coordinator',
  'pharmacist',
  'monitor',
  'safetyOfficer',
  'dataManager',
  'inspector',
  'administrator',
  'importer',
  'system',
] as const;

export type Role = (typeof roles)[number];

/** Roles of components; no account can hold them. */
export const internalRoles = ['importer', 'system'] as const satisfies readonly Role[];

export type AccountRole = Exclude<Role, (typeof internalRoles)[number]>;

export const accountRoles: readonly AccountRole[] = roles.filter(
  (role): role is AccountRole => !internalRoles.some(internal => internal === role),
);

/** Every permission there is. These names stand in the tables of all contexts. */
export const permissions = [
  'trial.define',
  'trial.read',
  'site.manage',
  'site.read',
  'site.delegate',
  'participant.prescreen',
  'participant.record',
  'participant.decide',
  'participant.enroll',
  'participant.status',
  'participant.assess',
  'participant.read',
  'deviation.manage',
  'deviation.read',
  'treatment.record',
  'treatment.read',
  /** Recording, correcting and lifting a recall of the product: the sponsor's. */
  'product.recall',
  'safety.report',
  'safety.assess',
  'safety.assessAsSponsor',
  'safety.void',
  'safety.monitor',
  'safety.read',
  'signature.read',
  /** Endorsing data by an electronic signature, and withdrawing one's own. */
  'signature.sign',
  'reporting.read',
  'reporting.manage',
  /** Recording that a report was sent which the investigator owes. */
  'reporting.fulfil',
  'reporting.rules',
  'data.correct',
  'alert.read',
  'alert.acknowledge',
  'alert.configure',
  /** Raising, escalating and delivering: what the system does by itself. */
  'alert.send',
  'audit.read',
  'audit.export',
  'inspection.read',
  'account.manage',
  'account.read',
  /** Given by no role: everybody holds it on the own account. */
  'account.own',
] as const;

export type Permission = (typeof permissions)[number];

/** Permissions whose answers are cut to the caller's sites. Every other one changes something. */
export const readingPermissions = permissions.filter(
  permission => permission.endsWith('.read') || permission === 'audit.export',
);

const conduct = ['trial.read', 'site.read'] as const;
const clinicalReads = [
  'participant.read',
  'deviation.read',
  'treatment.read',
  'safety.read',
  'reporting.read',
  'alert.read',
  'signature.read',
] as const;
const dataEntry = [
  'participant.prescreen',
  'participant.record',
  'participant.enroll',
  'participant.status',
  'participant.assess',
  'treatment.record',
  'safety.report',
  'deviation.manage',
  'data.correct',
] as const;

/**
 * Which permissions a role has. What does not stand here is denied.
 *
 * Judging is kept apart from entering (eligibility and causality are an investigator's, the sponsor's causality is the
 * safety officer's, ICH E2A; endorsing what was reported is an investigator's, ICH E6(R3) 3.16.1(o)), and running the
 * system from the clinic (an administrator neither writes nor reads clinical data).
 */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  investigator: [
    ...conduct,
    ...clinicalReads,
    ...dataEntry,
    'site.delegate',
    'participant.decide',
    'signature.sign',
    'safety.assess',
    'safety.void',
    'reporting.fulfil',
    'alert.acknowledge',
    'audit.read',
    'inspection.read',
  ],
  coordinator: [...conduct, ...clinicalReads, ...dataEntry, 'inspection.read'],
  pharmacist: [...conduct, 'participant.read', 'deviation.read', 'treatment.read', 'treatment.record'],
  monitor: [...conduct, ...clinicalReads, 'deviation.manage', 'audit.read', 'inspection.read'],
  safetyOfficer: [
    ...conduct,
    'participant.read',
    'treatment.read',
    'product.recall',
    'safety.read',
    'safety.assessAsSponsor',
    'reporting.read',
    'reporting.manage',
    'reporting.rules',
    'safety.monitor',
    'alert.read',
    'alert.acknowledge',
    'alert.configure',
  ],
  dataManager: [
    ...conduct,
    ...clinicalReads,
    'data.correct',
    'audit.read',
    'audit.export',
    'inspection.read',
  ],
  inspector: readingPermissions,
  administrator: [
    ...conduct,
    'trial.define',
    'site.manage',
    'site.delegate',
    'reporting.rules',
    'alert.configure',
    'account.manage',
    'account.read',
  ],
  importer: [
    ...conduct,
    ...clinicalReads,
    ...dataEntry,
    'trial.define',
    'site.manage',
    'site.delegate',
    'participant.decide',
    'safety.assess',
    'safety.assessAsSponsor',
    'safety.void',
  ],
  system: [
    ...conduct,
    ...clinicalReads,
    'participant.record',
    'participant.status',
    'treatment.record',
    'safety.report',
    'reporting.manage',
    'safety.monitor',
    'deviation.manage',
    'alert.send',
  ],
};

export const isPermission = (text: string): text is Permission =>
  permissions.some(permission => permission === text);

export const allows = (role: Role, permission: Permission): boolean =>
  permissionsOf[role].includes(permission);
