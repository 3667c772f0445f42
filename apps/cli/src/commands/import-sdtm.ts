import { importSdtm, ImportRefused, type ImportReport } from '@trial/interchange';
import { settle, withLedger } from '../session';
import type { LedgerPlace } from '../../../composition/src/event-logs';
import { CommandFailed, type Output } from '../terminal';

const shown = 20;

/** Takes a study in from a folder of SDTM tables. Exit code 1 when rows were refused; the others are in. */
export async function importFolder(
  place: LedgerPlace,
  { folder, zone }: { readonly folder: string; readonly zone: string },
  output: Output,
): Promise<void> {
  const report = await withLedger({ ...place, follow: true }, async session => {
    const rows = output.progress('Importing rows');
    const total = 0;
    try {
      const result = await importSdtm({
        gate: session.gate,
        folder,
        zone,
        onProgress: read => rows.update(read, Math.max(total, read)),
      });
      rows.end();
      const views = output.progress('Bringing views up to date');
      await settle(session, (position, head) => views.update(position, head));
      views.end();
      return result;
    } catch (error) {
      if (error instanceof ImportRefused) throw new CommandFailed(error.message, 2);
      throw error;
    } finally {
      rows.end();
    }
  });
  output.result(report, linesOf(report));
  if (report.rowsRefused > 0) throw new CommandFailed(`${report.rowsRefused} rows were refused.`, 1);
}

function linesOf(report: ImportReport): string[] {
  const { trial, rowsRead, eventsWritten, rowsRefused, flagged, refused, flags, notMapped } = report;
  const of = (count: number, what: string): string => `  ${String(count).padStart(7)}  ${what}`;
  return [
    `${trial}: ${rowsRead} rows read, ${eventsWritten} events written.`,
    of(report.participants, 'participants'),
    of(report.enrolled, 'enrolled'),
    of(report.screenFailures, 'screen failures'),
    of(report.dispositions, 'dispositions'),
    of(report.administrations, 'administrations'),
    of(report.adverseEvents, 'adverse events'),
    of(rowsRefused, 'rows refused'),
    ...refused
      .slice(0, shown)
      .map(({ file, line, rule, reason }) => `           ${file}:${line} ${rule}: ${reason}`),
    of(flagged, 'flags: what the source says and does not agree with itself'),
    ...flags
      .slice(0, shown)
      .map(({ file, line, rule, detail }) => `           ${file}:${line} ${rule}: ${detail}`),
    ...notMapped.slice(0, shown).map(line => `  not mapped: ${line}`),
    ...(Math.max(refused.length, flags.length, notMapped.length) > shown
      ? ['  … with --json: all of them']
      : []),
  ];
}
