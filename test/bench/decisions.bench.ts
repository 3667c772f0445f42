import { performance } from 'node:perf_hooks';
import { filled } from '@platform/commands';
import { systemClock } from '@platform/kernel';
import { RecordLaboratoryResults } from '@trial/participants';
import { RunningTrial } from '../support/trial';
import { percentile, rowOf, type Row } from './row';

const lengths = { short: 10, long: 1_000 };
const rounds = 150;

/**
 * A laboratory result of a participant who has a thousand events, from the gate to the fsync; beside it, by turns, one
 * of a participant who has ten.
 */
export async function benchDecisions(): Promise<Row[]> {
  const running = await RunningTrial.start(['01'], { clock: systemClock });
  try {
    const record = recorder(running);
    const long = await running.consentedAt('01');
    for (let count = 0; count < lengths.long; count++) await record(long);
    const took = { short: [] as number[], long: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      // A participant of his own for each, so that the short streams stay short.
      const participant = await running.consentedAt('01');
      for (let count = 0; count < lengths.short; count++) await record(participant);
      took.short.push(await record(participant));
      took.long.push(await record(long));
    }
    const p99 = percentile(took.long, 0.99);
    const what = `a decision on a stream of ${lengths.long.toLocaleString('en-GB')} events, against one of ten, median`;
    return [rowOf(what, percentile(took.long, 0.5), percentile(took.short, 0.5), 'ms', p99)];
  } finally {
    await running.stop();
  }
}

/** Records a result like no other before it. @returns milliseconds */
function recorder(running: RunningTrial): (participant: string) => Promise<number> {
  let sample = 0;
  return async participant => {
    sample++;
    const collectedAt = `2024-04-${10 + (sample % 18)}T${10 + (sample % 13)}:${10 + (sample % 49)}`;
    const quantity = { value: 20 + sample / 1_000, unit: 'U/L' };
    const command = filled(RecordLaboratoryResults, { results: [{ analyte: 'ALT', quantity, collectedAt }] });
    const began = performance.now();
    await running.submit(command, { participant });
    return performance.now() - began;
  };
}
