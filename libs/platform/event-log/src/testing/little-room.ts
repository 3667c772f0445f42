import { openReader, openWriter } from '../sqlite/open-database';
import { SqliteEventLog } from '../sqlite/sqlite-event-log';

/**
 * A log whose file may grow to some pages of 4 KiB and no further: SQLite answers as on a full disk, for anybody and on
 * any system.
 */
export function logWithLittleRoom(
  file: string,
  pages: number,
): { readonly log: SqliteEventLog; giveRoom(pages: number): void } {
  const writer = openWriter(file, 20);
  const giveRoom = (count: number) => void writer.pragma(`max_page_count = ${count}`);
  giveRoom(pages);
  return { log: new SqliteEventLog(writer, openReader(file)), giveRoom };
}
