import { isEmergent } from './emergence';
import type { TabulatedEvent, TabulatedParticipant } from './rows';
import {
  overviewNames,
  type Cell,
  type Cells,
  type Column,
  type Grouping,
  type OverviewRow,
  type SafetyTable,
  type TableOptions,
  type TermRow,
} from './table';
import { maximaOf, severityLevels, severityOf, type SeverityLevel } from './severity';

const inOverview: Readonly<Record<(typeof overviewNames)[number], (event: TabulatedEvent) => boolean>> = {
  any: () => true,
  serious: ({ serious }) => serious === true,
  related: ({ related }) => related,
  seriousRelated: ({ serious, related }) => serious === true && related,
  withdrawn: ({ withdrawn }) => withdrawn,
  fatal: ({ fatal }) => fatal,
};

/** An event that counts, and the columns that it counts in: its arm's, and the total. */
interface Counted {
  readonly event: TabulatedEvent;
  readonly columns: readonly number[];
}

/**
 * The table of a safety report. Rows are sorted by how many participants they have in all, then by how many events,
 * then by name; severity from grave to mild.
 */
export function tabulate(
  participants: readonly TabulatedParticipant[],
  events: readonly TabulatedEvent[],
  options: TableOptions,
): SafetyTable {
  const population = new Map(
    participants
      .filter(each => (options.population === 'safety' ? each.firstDose !== undefined : each.randomised))
      .map(each => [each.participant, each]),
  );
  const columns = columnsOf([...population.values()], options);
  const standing = events.filter(({ voided }) => !voided);
  const inside = standing.filter(({ participant }) => population.has(participant));
  const chosen = inside.filter(event => counts(event, population.get(event.participant)!, options));
  const counted = chosen.map((event): Counted => {
    const arm = armOf(population.get(event.participant)!, options);
    return {
      event,
      columns: [columns.findIndex(column => column.arm === arm && !column.total), columns.length - 1],
    };
  });
  return {
    columns,
    overview: overviewOf(counted, columns),
    rows: rowsOf(counted, columns, options.by, {}),
    left: {
      voided: events.length - standing.length,
      outsidePopulation: standing.length - inside.length,
      filtered: inside.length - chosen.length,
    },
    emergenceDiffers: chosen.filter(event => differs(event, population.get(event.participant)!)).length,
    seriousnessContradicts: chosen.filter(({ flags }) => flags.includes('SERIOUSNESS-CONTRADICTION')).length,
  };
}

function grouped<Member, Key>(
  members: readonly Member[],
  keyOfMember: (member: Member) => Key,
): Map<Key, Member[]> {
  const groups = new Map<Key, Member[]>();
  for (const member of members) {
    const key = keyOfMember(member);
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return groups;
}

const armOf = (
  { plannedArm, actualArm }: TabulatedParticipant,
  { arm }: Pick<TableOptions, 'arm'>,
): string | null => (arm === 'planned' ? plannedArm : actualArm);

function columnsOf(population: readonly TabulatedParticipant[], options: TableOptions): Column[] {
  const byArm = grouped(population, participant => armOf(participant, options));
  const arms = [...byArm.entries()].toSorted(([a], [b]) => byName(a, b));
  return [
    ...arms.map(([arm, { length }]) => ({ arm, total: false, participants: length })),
    { arm: null, total: true, participants: population.length },
  ];
}

/** What follows from the dates, or what the source says; where it says nothing, the dates. */
function emerged(
  event: TabulatedEvent,
  { firstDose }: TabulatedParticipant,
  emergence: TableOptions['emergence'],
): boolean {
  if (emergence === 'source' && event.sourceEmergent !== null) return event.sourceEmergent === 'Y';
  return isEmergent(event, firstDose) === true;
}

const differs = (event: TabulatedEvent, participant: TabulatedParticipant): boolean =>
  event.sourceEmergent !== null &&
  emerged(event, participant, 'derived') !== emerged(event, participant, 'source');

function counts(event: TabulatedEvent, participant: TabulatedParticipant, options: TableOptions): boolean {
  const { emergence, emergent, serious, related } = options;
  if (emergent !== 'any' && String(emerged(event, participant, emergence)) !== emergent) return false;
  if (serious !== undefined && (event.serious === true) !== serious) return false;
  return related === undefined || event.related === related;
}

function overviewOf(counted: readonly Counted[], columns: readonly Column[]): OverviewRow[] {
  const named = overviewNames.map(row => ({
    row,
    cells: cellsOf(
      counted.filter(({ event }) => inOverview[row](event)),
      columns,
    ),
  }));
  const bySeverity = severityRows(counted, columns).map(each => ({ row: 'severity' as const, ...each }));
  return [...named, ...bySeverity];
}

/** The rows of a grouping, each followed by those of the next one within it. */
function rowsOf(
  counted: readonly Counted[],
  columns: readonly Column[],
  [first, ...rest]: readonly Grouping[],
  above: Omit<TermRow, 'cells'>,
): TermRow[] {
  if (first === undefined) return [];
  if (first === 'severity') return severityRows(counted, columns).map(each => ({ ...above, ...each }));
  const groups = [...grouped(counted, ({ event }) => keyOf(event, first)).values()].map(members => ({
    named: { ...above, ...nameOf(members[0]!.event, first) },
    members,
    cells: cellsOf(members, columns),
  }));
  return groups
    .toSorted((a, b) => byFrequency(a, b) || byName(labelOf(a.named), labelOf(b.named)))
    .flatMap(({ named, members, cells }) => [{ ...named, cells }, ...rowsOf(members, columns, rest, named)]);
}

const keyOf = (event: TabulatedEvent, grouping: 'soc' | 'term'): string =>
  JSON.stringify(nameOf(event, grouping));

const nameOf = ({ soc, preferredTerm, term }: TabulatedEvent, grouping: 'soc' | 'term') =>
  grouping === 'soc' ? { soc } : { term: preferredTerm ?? term, coded: preferredTerm !== null };

const labelOf = ({ soc, term }: Omit<TermRow, 'cells'>): string | null => term ?? soc ?? null;

const byFrequency = (a: Pick<TermRow, 'cells'>, b: Pick<TermRow, 'cells'>): number => {
  const [left, right] = [a.cells.at(-1)!, b.cells.at(-1)!];
  return right.participants - left.participants || right.events - left.events;
};

/** By code points, so that the order is the same everywhere; what has no name comes last. */
const byName = (a: string | null, b: string | null): number => {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
};

/** The levels that occur. Participants count at their maximum within the group, events at their own level. */
function severityRows(
  counted: readonly Counted[],
  columns: readonly Column[],
): { readonly severity: SeverityLevel; readonly cells: Cells }[] {
  const levelsOf = new Map<string, Set<SeverityLevel>>();
  for (const { event } of counted) {
    const levels = levelsOf.get(event.participant) ?? new Set();
    levelsOf.set(event.participant, levels.add(severityOf(event)));
  }
  return severityLevels.flatMap(severity => {
    const at = counted.filter(({ event }) => severityOf(event) === severity);
    if (at.length === 0) return [];
    const topped = at.filter(({ event }) => maximaOf(levelsOf.get(event.participant)!).includes(severity));
    return { severity, cells: cellsOf(at, columns, topped) };
  });
}

function cellsOf(
  counted: readonly Counted[],
  columns: readonly Column[],
  people: readonly Counted[] = counted,
): Cell[] {
  const participants = columns.map(() => new Set<string>());
  const events = columns.map(() => 0);
  for (const { event, columns: own } of people)
    for (const index of own) participants[index]!.add(event.participant);
  for (const { columns: own } of counted) for (const index of own) events[index]! += 1;
  return columns.map(({ participants: all }, index) => {
    const { size } = participants[index]!;
    const percent = all === 0 ? null : Math.round((1_000 * size) / all) / 10;
    return { participants: size, percent, events: events[index]! };
  });
}
