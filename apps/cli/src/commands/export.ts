import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { ExportAuditTrail, type ExportFormat, type TrailExport } from '@trial/audit';
import { ownerCaller, settle, withLedger } from '../session';
import type { LedgerPlace } from '../../../composition/src/event-logs';
import type { Output } from '../terminal';

export interface ExportChoice {
  readonly format: ExportFormat;
  /** Undefined for the trail of the whole log. */
  readonly trial?: string;
  /** Undefined for standard output. */
  readonly file?: string;
}

/** Writes the whole audit trail, a line for each field of each event; the export itself becomes part of the trail. */
export async function exportWholeTrail(
  place: LedgerPlace,
  choice: ExportChoice,
  output: Output,
): Promise<void> {
  const { format, trial, file } = choice;
  await withLedger({ ...place, follow: true }, async session => {
    await settle(session);
    const query = Object.assign(new ExportAuditTrail(), { format });
    const target: Record<string, string> = trial === undefined ? {} : { trial };
    const { text, standsAt } = await session.gate.ask<TrailExport>(query, { caller: ownerCaller(), target });
    let lines = 0;
    async function* counted(): AsyncGenerator<string> {
      for await (const part of text) {
        lines += part.split('\n').length - 1;
        yield part;
      }
    }
    if (file === undefined) {
      await toStandardOutput(counted());
      return;
    }
    // A file that is cut short is no export: it is written to the end or the command fails.
    await pipeline(Readable.from(counted()), createWriteStream(file, { flags: 'wx' }));
    output.result({ file, format, lines, standsAt }, [
      `${lines} lines written to ${file}, as of position ${standsAt.position}.`,
    ]);
  });
}

/** At the speed of whoever reads it; a reader that goes away (`| head`) has had enough, which is no failure. */
async function toStandardOutput(text: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(text), process.stdout, { end: false });
  } catch (error) {
    if ((error as { readonly code?: string }).code !== 'EPIPE') throw error;
  }
}
