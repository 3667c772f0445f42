import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { MemoryEventLog } from '@platform/event-log';
import { temporaryFolder } from '@platform/event-log/testing';
import { InProcessJobQueue } from '@platform/jobs';
import { seededRandom, systemClock, systemTimers, timeOrderedIds } from '@platform/kernel';
import { openEngines, closeEngines } from '../engines';
import { tracingTo } from './open-tracing';
import { appendSpanIdOf, elsewhere, readTraceparent, traceIdOf } from './trace-ids';

describe('ids of traces and spans', () => {
  it('follow from the ids that events have', () => {
    expect(traceIdOf('018E0F3A-7C1B-7D2E-9F00-0123456789AB')).toBe('018e0f3a7c1b7d2e9f000123456789ab');
    expect(traceIdOf('imported in 2019')).toMatch(/^[0-9a-f]{32}$/);
    expect(appendSpanIdOf('a')).toMatch(/^[0-9a-f]{16}$/);
    expect(appendSpanIdOf('a')).not.toBe(appendSpanIdOf('b'));
  });

  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('are read from a caller', () => {
    expect(readTraceparent(traceparent)).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
    });
    expect(readTraceparent(`01${traceparent.slice(2)}-more`)?.traceFlags).toBe(1);
  });

  it.each([
    undefined,
    ['a', 'b'],
    '',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    `${traceparent}-more`,
    traceparent.toUpperCase(),
  ])('are not read from %j', header => {
    expect(readTraceparent(header)).toBeUndefined();
  });
});

describe('a share of all traces', () => {
  it('holds the same whole ones in every process', async () => {
    const exporters = [new InMemorySpanExporter(), new InMemorySpanExporter()];
    const processes = exporters.map(exporter =>
      tracingTo(new SimpleSpanProcessor({ exporter }), { ratio: 0.5 }),
    );
    const ids = Array.from({ length: 200 }, () => traceIdOf(timeOrderedIds.next()));
    for (const tracing of processes) {
      for (const traceId of ids) {
        await tracing.around('outer', { traceId }, () => tracing.around('inner', {}, async () => {}));
        await tracing.around('later', { below: elsewhere(traceId, appendSpanIdOf(traceId)) }, async () => {});
      }
    }
    const kept = exporters.map(each => each.getFinishedSpans().map(span => span.spanContext().traceId));
    expect(kept[0]).toEqual(kept[1]);
    const whole = ids.filter(id => kept[0]!.includes(id));
    expect(kept[0]).toEqual(whole.flatMap(id => [id, id, id]));
    expect(whole.length).toBeGreaterThan(60);
    expect(whole.length).toBeLessThan(140);
  });
});

describe('engines that nobody traces', () => {
  it('are the very ones that were opened, with nothing in between', async () => {
    const folder = temporaryFolder();
    const log = new MemoryEventLog();
    const ports = { clock: systemClock, timers: systemTimers, random: seededRandom(1) };
    const jobs = new InProcessJobQueue(ports);
    const channel = {
      deliver: () => Promise.resolve({ outcome: 'delivered' } as const),
      close: () => Promise.resolve(),
    };
    const engines = await openEngines(folder.path, { log, jobs, channel });
    expect(engines.log).toBe(log);
    expect(engines.jobs).toBe(jobs);
    expect(engines.channel).toBe(channel);
    expect(engines.traced).toBeUndefined();
    await closeEngines(engines);
    folder.remove();
  });
});
