import type { Caller, Grant, Target } from './command';

/** Decides what a caller may do. Deny by default: no grant, no access. */
export interface AccessPolicy {
  /** The grant that allows a permission on a target; undefined when nothing does. Looks only at ids, never at data. */
  grant(caller: Caller, permission: string, target: Target): Grant | undefined;
}

export const ACCESS_POLICY = Symbol('AccessPolicy');

export interface AccessEntry {
  readonly kind: 'read' | 'refused';
  readonly caller: Caller;
  readonly role?: string;
  readonly permission: string;
  /** Name of the command or query. */
  readonly request: string;
  readonly target: Target;
  readonly address?: string;
  readonly asOf?: string;
}

/** Where reads and refused attempts are written down: they are part of the trail. */
export interface AccessJournal {
  /** Resolves when the entry is durable. */
  record(entry: AccessEntry): Promise<void>;
}

export const ACCESS_JOURNAL = Symbol('AccessJournal');
