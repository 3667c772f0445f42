import type { JsonObject, RecordedEvent } from '@platform/kernel';
import { numbersFrom, someTrail, type SomeEntry } from './some-trail';

const sites = ['01', '02', '03', '701'];
const roles = ['investigator', 'coordinator', 'monitor'];

type Shape = readonly [type: string, weight: number, data: JsonObject];

const shapes: readonly Shape[] = [
  ['MeasurementRecorded', 60, { test: 'WEIGHT', result: { value: 70, unit: 'kg' } }],
  ['LaboratoryResultRecorded', 25, { results: [{ analyte: 'ALT', value: 31, unit: 'U/L' }] }],
  ['StatusChanged', 10, { status: 'treated' }],
  ['ValueCorrected', 4, { event: 'e', field: 'result', value: { value: 7, unit: 'kg' } }],
  ['SeriousnessAssessed', 1, { serious: true, criteria: { death: false } }],
];

/**
 * A log in which everything is somewhere: values that nearly every entry has and values that one in thousands has, runs
 * and bursts, two trials, events of no site and of no trial.
 */
export function busyTrial(entries: number, seed: number): RecordedEvent[] {
  const number = numbersFrom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(number() * values.length)]!;
  const shapeOf = (): Shape => {
    let rest = number() * 100;
    return shapes.find(([, weight]) => (rest -= weight) < 0) ?? shapes[0]!;
  };
  let burst: SomeEntry = {};
  return someTrail(
    Array.from({ length: entries }, (): SomeEntry => {
      if (number() < 0.4) return burst;
      const [type, , data] = shapeOf();
      const site = pick(sites);
      const place = number();
      const rare = number() < 0.001;
      burst = {
        type,
        data,
        user: rare ? 'u-rare' : `u-${site}${Math.floor(number() * 4)}`,
        trial: place < 0.02 ? undefined : place < 0.06 ? 'OTHER' : 'NCT05794425',
        site: place < 0.04 || place > 0.97 ? undefined : site,
        participant:
          place < 0.07 ? undefined : `${site}-${String(Math.floor(number() ** 2 * 60)).padStart(3, '0')}`,
        metadata: {
          actor: {
            user: rare ? 'u-rare' : `u-${site}${Math.floor(number() * 4)}`,
            printedName: 'Somebody',
            role: pick(roles),
          },
          source: number() < 0.02 ? 'import' : 'person',
          ...(number() < 0.1 && { reason: { code: 'typo', text: 'mistyped' } }),
        },
      };
      return burst;
    }),
  );
}
