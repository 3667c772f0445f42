import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

/** Real data and standards' files outside this repository: in `TRIAL_LEDGER_TEST_DATA`, else in `../shared/data`. */
const folder = resolve(
  process.env.TRIAL_LEDGER_TEST_DATA ?? join(__dirname, '..', '..', '..', 'shared', 'data'),
);

/** The path of something among the test data. */
export const testData = (...path: string[]): string => join(folder, ...path);

/** A `describe` for tests that need some of the test data; where it is absent they are skipped, and it is said why. */
export function describeWithTestData(path: string, title: string, body: () => void): void {
  const present = existsSync(testData(path));
  if (!present) {
    process.stderr.write(
      `Skipped: ${title}. There is no ${testData(path)}; TRIAL_LEDGER_TEST_DATA names the folder.\n`,
    );
  }
  (present ? describe : describe.skip)(title, body);
}

/** The rows of a gzipped table with a header line, every value as its text. */
export const rowsOfTable = (...path: string[]): Record<string, string>[] =>
  parse(gunzipSync(readFileSync(testData(...path))), { columns: true, bom: true });
