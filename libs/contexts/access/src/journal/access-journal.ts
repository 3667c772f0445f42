import type { AccessEntry, AccessJournal, Caller } from '@platform/commands';
import type { Actor, Source } from '@platform/kernel';
import type { Request } from '../domain/access-log';
import { sitesNamedBy } from '../domain/policy';
import type { DayJournal, JournalEntry } from './day-journal';

/** The gate's journal: reads and refused attempts, written to the day's stream before the answer leaves. */
export class LoggedAccessJournal implements AccessJournal {
  constructor(private readonly journal: DayJournal) {}

  /** @throws LogUnavailable: who cannot be written down does not read */
  record(entry: AccessEntry): Promise<void> {
    return this.journal.write(entryOf(entry));
  }
}

function entryOf({
  kind,
  caller,
  role,
  permission,
  request,
  target,
  address,
  asOf,
}: AccessEntry): JournalEntry {
  const data: Request = { request, permission, ...(asOf !== undefined && { asOf }) };
  const [site] = sitesNamedBy(target);
  return {
    event: { type: eventTypeOf(kind, permission), data },
    actor: actorOf(caller, role ?? 'none', site),
    source: sourceOf(caller),
    subject: target,
    address,
  };
}

function eventTypeOf(
  kind: AccessEntry['kind'],
  permission: string,
): 'RecordRead' | 'Exported' | 'AccessAttemptRefused' {
  if (kind === 'refused') return 'AccessAttemptRefused';
  return permission === 'audit.export' ? 'Exported' : 'RecordRead';
}

function sourceOf({ user }: Caller): Source {
  if (user.startsWith('import-')) return 'import';
  return user.startsWith('system-') ? 'system' : 'person';
}

export const actorOf = ({ user, printedName, organisation }: Caller, role: string, site?: string): Actor => ({
  user,
  printedName,
  role,
  organisation,
  site,
});
