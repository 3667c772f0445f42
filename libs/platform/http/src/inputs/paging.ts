import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, Matches, Max, Min } from 'class-validator';
import { Query } from '@platform/commands';
import { parsePosition, type Position } from '@platform/kernel';
import { IsOmittable } from './decorators';

const readFlag = ({ value }: { readonly value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/** `true` or `false`, as a query string has it. */
export const IsFlag = (): PropertyDecorator => (target, property) => {
  Transform(readFlag)(target, property);
  IsBoolean()(target, property);
};

const usualLimit = 100;

export abstract class LimitedQuery extends Query {
  /** Rows on a page; 100 unless given. */
  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;
}

/** A question for a list whose rows have numbers, which is answered page by page. */
export abstract class PagedQuery extends LimitedQuery {
  /** `next` of the page before. */
  @IsOmittable()
  @Matches(/^\d{1,16}$/)
  cursor?: string;
}

export interface Page<Row> {
  readonly rows: readonly Omit<Row, 'number'>[];
  /** The cursor of the page behind this one; absent on the last. */
  readonly next?: string;
}

/** @param list gives at most so many rows, those behind a number, in the list's own order */
export async function pageOf<Row extends { readonly number: bigint }>(
  { cursor, limit = usualLimit }: Pick<PagedQuery, 'cursor' | 'limit'>,
  list: (wanted: { readonly behind?: Position; readonly limit: number }) => Promise<readonly Row[]>,
): Promise<Page<Row>> {
  const behind = cursor === undefined ? undefined : parsePosition(cursor);
  // One more than asked for tells whether there is another page.
  const found = await list({ behind, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const rows = page.map(({ number: _number, ...row }) => row);
  return { rows, ...(found.length > limit && last && { next: String(last.number) }) };
}
