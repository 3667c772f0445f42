import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@platform/event-log/testing';
import { SdtmFolder, type SdtmRow, type UnreadableRow } from './tables';

async function read(
  files: Record<string, string | Buffer>,
  domain: string,
): Promise<(SdtmRow | UnreadableRow)[]> {
  const folder = temporaryFolder().path;
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const rows: (SdtmRow | UnreadableRow)[] = [];
  for await (const row of new SdtmFolder(folder).rows(domain)) rows.push(row);
  return rows;
}

describe('a folder of SDTM tables', () => {
  it('reads a table row by row with its line, plain or compressed, whatever the case of its name', async () => {
    const text = 'usubjid,AETERM\r\n01-1,"Rash, mild"\r\n\r\n01-2,"Two\nlines"\r\n01-3,Cough\r\n';
    const expected = [
      { line: 2, values: { USUBJID: '01-1', AETERM: 'Rash, mild' } },
      { line: 5, values: { USUBJID: '01-2', AETERM: 'Two\nlines' } },
      { line: 6, values: { USUBJID: '01-3', AETERM: 'Cough' } },
    ];
    expect(await read({ 'AE.csv': text }, 'ae')).toEqual(expected.map(row => ({ file: 'AE.csv', ...row })));
    expect(await read({ 'ae.csv.gz': gzipSync(text) }, 'ae')).toEqual(
      expected.map(row => ({ file: 'ae.csv.gz', ...row })),
    );
  });

  it('tells of a line that is no row, and goes on behind it', async () => {
    const rows = await read({ 'ae.csv': 'USUBJID,AETERM\n01-1,Rash\n01-2\n01-3,Cough\n' }, 'ae');
    expect(rows.toSorted((a, b) => a.line - b.line)).toEqual([
      expect.objectContaining({ line: 2, values: { USUBJID: '01-1', AETERM: 'Rash' } }),
      expect.objectContaining({ line: 3, problem: expect.any(String) }),
      expect.objectContaining({ line: 4, values: { USUBJID: '01-3', AETERM: 'Cough' } }),
    ]);
  });

  it('has no rows of a table that is not there', async () => {
    expect(await read({ 'dm.csv': 'USUBJID\n01-1\n' }, 'ie')).toEqual([]);
  });

  it('fails on a compressed file that is cut short, so that nobody takes a part for the whole', async () => {
    const cut = gzipSync(`USUBJID,AETERM\n${'01-1,Rash\n'.repeat(10_000)}`).subarray(0, 60);
    await expect(read({ 'ae.csv.gz': cut }, 'ae')).rejects.toThrow('unexpected end of file');
  });
});
