import { sql } from 'kysely';
import type { Position } from '@platform/kernel';
import type { TablesOf, ViewDatabase, ViewReader } from '@platform/views';
import type { Dimension } from '../domain/dimensions';
import type { BlockBits } from '../postings/block';
import type { Direction } from '../postings/ordinal-set';
import { positionsOf, positionsPerSegment } from '../postings/segment';
import { openEnd, type auditTables } from './audit-trail';

type StoredBlock = Pick<BlockBits, 'first' | 'bits'> & { readonly dense: number };

export interface ListedBlock extends BlockBits {
  readonly value: string;
  readonly ends: number;
}

/** Where a walk through all lists of a dimension goes on: behind this place. */
export interface ListPlace {
  readonly value: string;
  readonly ends: number;
}

export interface Walk {
  readonly behind?: ListPlace;
  readonly among?: readonly string[];
  /** Ordinals, inclusive and exclusive. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

const asBlock = ({ first, dense, bits }: StoredBlock): BlockBits => ({ first, dense: dense !== 0, bits });

/** The questions that a search asks of the index's tables. */
export class TrailIndex {
  private readonly reader: ViewReader<TablesOf<typeof auditTables>>;

  constructor(views: ViewDatabase) {
    this.reader = views.reader<TablesOf<typeof auditTables>>();
  }

  /** The blocks of some values that reach into the ordinals from one (inclusive) to another (exclusive). */
  async blocks(
    dimension: Dimension,
    values: readonly string[],
    from: number,
    to: number,
  ): Promise<BlockBits[]> {
    if (values.length === 0) return [];
    const rows = await this.reader
      .selectFrom('audit_block')
      .select(['first', 'dense', 'bits'])
      .where('dimension', '=', dimension)
      .where('value', 'in', values)
      .where('ends', '>=', from)
      .where('first', '<', to)
      .execute();
    return (rows as StoredBlock[]).map(asBlock);
  }

  /**
   * The next blocks of a dimension that reach into some ordinals, in the order of their values and ordinals or against
   * it; of some values or all.
   */
  async walk(
    dimension: Dimension,
    direction: Direction,
    { behind, among, from, to, limit }: Walk,
  ): Promise<ListedBlock[]> {
    const ascending = direction === 'ascending';
    const order = ascending ? 'asc' : 'desc';
    const beyond = sql.raw(ascending ? '>' : '<');
    const rows = await this.reader
      .selectFrom('audit_block')
      .select(['value', 'ends', 'first', 'dense', 'bits'])
      .where('dimension', '=', dimension)
      .$if(behind !== undefined, query =>
        query.where(sql<boolean>`(value, ends) ${beyond} (${behind?.value}, ${behind?.ends})`),
      )
      .where('last', '>=', from)
      .where('first', '<', to)
      .$if(among !== undefined, query => query.where('value', 'in', among ?? []))
      .orderBy('value', order)
      .orderBy('ends', order)
      .limit(limit)
      .execute();
    return (rows as (StoredBlock & ListPlace)[]).map(row => ({
      ...asBlock(row),
      value: row.value,
      ends: row.ends,
    }));
  }

  /** The positions of some ordinals, in their order. @throws Error for one that the index has not reached */
  async positions(ordinals: readonly number[]): Promise<Position[]> {
    const wanted = [...new Set(ordinals.map(segmentOf))];
    if (wanted.length === 0) return [];
    const rows = await this.reader
      .selectFrom('audit_segment')
      .select(['segment', 'first', 'gaps'])
      .where('segment', 'in', wanted)
      .execute();
    const found = new Map(
      rows.map(row => [
        row.segment,
        positionsOf({ first: BigInt(row.first ?? 0), gaps: row.gaps ?? new Uint8Array() }),
      ]),
    );
    return ordinals.map(ordinal => {
      const position = found.get(segmentOf(ordinal))?.[ordinal % positionsPerSegment];
      if (position === undefined) throw new Error(`The audit index has no entry ${ordinal}.`);
      return position as Position;
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
    if (!row) return 0;
    const positions = positionsOf({ first: BigInt(row.first ?? 0), gaps: row.gaps ?? new Uint8Array() });
    const behind = positions.findIndex(known => known > position);
    return row.segment * positionsPerSegment + (behind < 0 ? positions.length : behind);
  }
}

const segmentOf = (ordinal: number): number => Math.floor(ordinal / positionsPerSegment);

/** Where a walk begins so that it starts with the blocks of a value. */
export const startOf = (value: string, direction: Direction): ListPlace => ({
  value,
  ends: direction === 'ascending' ? -1 : openEnd + 1,
});
