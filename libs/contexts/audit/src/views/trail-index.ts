import { toPosition, type Position } from '@platform/kernel';
import type { TablesOf, ViewDatabase, ViewReader } from '@platform/views';
import type { Dimension, SortDimension } from '../domain/dimensions';
import type { BlockBits } from '../postings/block';
import { partsWith, tally } from '../postings/column';
import type { OrdinalSet } from '../postings/ordinal-set';
import { countUpTo, positionsAt, positionsPerSegment, type SegmentBits } from '../postings/segment';
import type { auditTables } from './audit-trail';

type StoredBlock = Pick<BlockBits, 'first' | 'bits'> & { readonly dense: number; readonly value: string };

/** A block of a value's list. */
export interface ListedBlock extends BlockBits {
  readonly value: string;
}

/** So many parts are asked for one by one; more of them as the stretch that they lie in. */
const fewParts = 100;

/** The questions that a search asks of the index's tables. */
export class TrailIndex {
  private readonly reader: ViewReader<TablesOf<typeof auditTables>>;

  constructor(views: ViewDatabase) {
    this.reader = views.reader<TablesOf<typeof auditTables>>();
  }

  /**
   * The blocks of some values that reach into the ordinals from one (inclusive) to another (exclusive); those of one
   * value in ascending order.
   */
  async blocks(
    dimension: Dimension,
    values: readonly string[],
    from: number,
    to: number,
  ): Promise<ListedBlock[]> {
    if (values.length === 0) return [];
    const rows = await this.reader
      .selectFrom('audit_block')
      .select(['value', 'first', 'dense', 'bits'])
      .where('dimension', '=', dimension)
      .where('value', 'in', values)
      .where('ends', '>=', from)
      .where('first', '<', to)
      .orderBy('value')
      .orderBy('ends')
      .execute();
    return (rows as StoredBlock[]).map(({ value, first, dense, bits }) => ({
      value,
      first,
      dense: dense !== 0,
      bits,
    }));
  }

  /** How many of these entries there are for each value, by the value's number. */
  async tally(dimension: SortDimension, entries: OrdinalSet): Promise<Uint32Array> {
    const extent = await this.reader
      .selectFrom('audit_extent')
      .select('count')
      .where('name', '=', dimension)
      .executeTakeFirst();
    const counts = new Uint32Array(extent?.count ?? 0);
    const touched = partsWith(entries);
    const [first = 0, last = 0] = [touched.at(0), touched.at(-1)];
    const parts = await this.reader
      .selectFrom('audit_column')
      .select(['part', 'numbers'])
      .where('dimension', '=', dimension)
      .$if(touched.length <= fewParts, query => query.where('part', 'in', touched))
      .$if(touched.length > fewParts, query => query.where('part', '>=', first).where('part', '<=', last))
      .execute();
    for (const { part, numbers } of parts) if (numbers) tally(numbers, part, entries, counts);
    return counts;
  }

  /** The values of a dimension, each at the place of its number. */
  async values(dimension: SortDimension): Promise<string[]> {
    const pages = await this.reader
      .selectFrom('audit_value')
      .select('names')
      .where('dimension', '=', dimension)
      .orderBy('page')
      .execute();
    return pages.flatMap(({ names }) => JSON.parse(names ?? '[]') as string[]);
  }

  /** The positions of some ordinals, in their order. @throws Error for one that the index has not reached */
  async positions(ordinals: readonly number[]): Promise<Position[]> {
    if (ordinals.length === 0) return [];
    const rows = await this.reader
      .selectFrom('audit_segment')
      .select(['segment', 'first', 'gaps'])
      .where('segment', 'in', [...new Set(ordinals.map(segmentOf))])
      .execute();
    const found = new Map<number, bigint | undefined>();
    for (const row of rows) {
      const wanted = ordinals.filter(ordinal => segmentOf(ordinal) === row.segment);
      const places = wanted.map(ordinal => ordinal % positionsPerSegment);
      positionsAt(segmentIn(row), places).forEach((position, index) => found.set(wanted[index]!, position));
    }
    return ordinals.map(ordinal => {
      const position = found.get(ordinal);
      if (position !== undefined) return toPosition(position);
      throw new Error(`The audit index has no entry ${ordinal}.`);
    });
  }

  /** How many entries stand at or before a position: the first ordinal that does not. */
  async entriesUpTo(position: Position): Promise<number> {
    const row = await this.reader
      .selectFrom('audit_segment')
      .select(['segment', 'first', 'gaps'])
      .where('first', '<=', Number(position))
      .orderBy('first', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? row.segment * positionsPerSegment + countUpTo(segmentIn(row), position) : 0;
  }
}

const segmentIn = ({ first, gaps }: { first: number | null; gaps: Uint8Array | null }): SegmentBits => ({
  first: BigInt(first ?? 0),
  gaps: gaps ?? new Uint8Array(),
});

const segmentOf = (ordinal: number): number => Math.floor(ordinal / positionsPerSegment);
