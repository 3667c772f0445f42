import * as fc from 'fast-check';
import { headOf, laterOf, logStart, toPosition } from '@platform/kernel';
import type { ChainedEvent, RecordedEvent, StreamName } from '@platform/kernel';
import { AppendTooLarge, EventIdReused, WrongExpectedRevision, type EventLog } from '../port';
import { appendNew, plain, type LogModel } from './log-model';
import { headBehind } from './some-events';

/** The log under test, and how to open it again. */
export interface LogHolder {
  log: EventLog;
  reopen?(): Promise<EventLog>;
}

type LogCommand = fc.AsyncCommand<LogModel, LogHolder>;
type Run = (model: LogModel, log: EventLog, holder: LogHolder) => Promise<void>;

const command = (name: string, run: Run): LogCommand => ({
  check: () => true,
  run: (model, holder) => run(model, holder.log, holder),
  toString: () => name,
});

const streamIndex = fc.nat({ max: 2 });
const few = fc.integer({ min: 1, max: 4 });
const place = fc.nat({ max: 15 });

const pick = (model: LogModel, index: number): StreamName => model.streams[index] as StreamName;

const append = fc.tuple(streamIndex, few, fc.nat({ max: 5_000 })).map(([index, count, afterMs]) =>
  command(`append ${count} to ${index} at +${afterMs} ms`, async (model, log) => {
    const stream = pick(model, index);
    await appendNew(model, log, model.next(stream, headBehind(model.of(stream)), count, afterMs));
  }),
);

const appendElsewhere = fc
  .tuple(streamIndex, few, fc.integer({ min: -6, max: 6 }))
  .map(([index, count, off]) =>
    command(`append ${count} to ${index}, ${off} off the right revision`, async (model, log) => {
      const stream = pick(model, index);
      const stored = model.of(stream);
      const expected = Math.max(-1, stored.length - 1 + off);
      if (expected === stored.length - 1) return;
      const head = { revision: expected, hash: 'ab'.repeat(32), recordedAt: '' };
      const refused = await log
        .append(stream, expected, model.next(stream, head, count, 0))
        .catch(error => error);
      expect(refused).toBeInstanceOf(WrongExpectedRevision);
      expect(refused).toMatchObject({ stream, expected, actual: stored.length - 1 });
    }),
  );

const repeats = ['the same', 'other content', 'another id at the end', 'running past'] as const;

const appendAgain = fc
  .tuple(streamIndex, place, few, fc.constantFrom(...repeats))
  .map(([index, from, count, how]) =>
    command(`append again to ${index} from ${from}, ${count}, ${how}`, async (model, log) => {
      const stream = pick(model, index);
      const stored = model.of(stream).slice(from, from + count);
      const [first, last] = [stored[0], stored.at(-1)];
      if (!first || !last) return;
      const again = log.append(stream, first.revision - 1, repeated(model, stored, how));
      if (how === 'the same') {
        const places = {
          firstRevision: first.revision,
          lastRevision: last.revision,
          position: last.position,
        };
        expect(await again).toEqual({ ...places, repeated: true });
      } else
        await expect(again).rejects.toThrow(how === 'other content' ? EventIdReused : WrongExpectedRevision);
    }),
  );

function repeated(
  model: LogModel,
  stored: readonly RecordedEvent[],
  how: (typeof repeats)[number],
): ChainedEvent[] {
  const [first, last] = [stored[0] as RecordedEvent, stored.at(-1) as RecordedEvent];
  const before = model.of(first.stream)[first.revision - 1];
  switch (how) {
    case 'the same':
      return [...stored];
    case 'other content':
      return stored
        .map(event => ({ ...event, metadata: { ...event.metadata, hash: 'cd'.repeat(32) } }))
        .map(unchained);
    case 'another id at the end': {
      const head = stored.at(-2) ?? before;
      return [
        ...stored.slice(0, -1),
        ...model.next(first.stream, head ? headOf(head) : headBehind([]), 1, 0),
      ];
    }
    case 'running past': {
      const room = model.of(first.stream).length - stored.length - first.revision;
      return [...stored, ...model.next(first.stream, headOf(last), room + 1, 0)];
    }
  }
}

/** Events that were given other hashes follow each other again. */
function unchained(event: ChainedEvent, index: number, all: readonly ChainedEvent[]): ChainedEvent {
  const previousHash = all[index - 1]?.metadata.hash ?? event.metadata.previousHash;
  return { ...event, metadata: { ...event.metadata, previousHash } };
}

const appendNothing = streamIndex.map(index =>
  command(`append nothing to ${index}`, async (model, log) => {
    const stream = pick(model, index);
    await expect(log.append(stream, model.of(stream).length - 1, [])).rejects.toThrow(AppendTooLarge);
  }),
);

const appendTogether = fc.array(fc.tuple(streamIndex, few), { minLength: 2, maxLength: 6 }).map(all =>
  command(`append at once ${JSON.stringify(all)}`, async (model, log) => {
    const known = model.head;
    const attempts = all.map(([index, count]) => {
      const stream = pick(model, index);
      return model.next(stream, headBehind(model.of(stream)), count, 0);
    });
    const send = async (events: ChainedEvent[]) =>
      log.append(events[0]?.stream as StreamName, (events[0]?.revision ?? 0) - 1, events);
    const results = await Promise.allSettled(attempts.map(send));
    // Of those that wanted the same place in a stream, one has it.
    const won = attempts.filter((_, i) => results[i]?.status === 'fulfilled');
    expect(new Set(won.map(([event]) => event?.stream)).size).toBe(won.length);
    expect(won).toHaveLength(new Set(attempts.map(([event]) => event?.stream)).size);
    const written = await log.readAll({ after: known, limit: 1_000 });
    const wonInOrder = written.filter(
      event => event.id === won.find(([first]) => first?.stream === event.stream)?.[0]?.id,
    );
    expect(written.map(plain)).toEqual(
      wonInOrder.flatMap(({ id }) => won.find(([first]) => first?.id === id) ?? []).map(plain),
    );
    model.events.push(...written);
  }),
);

const readPaged = fc.tuple(fc.integer({ min: 1, max: 7 }), place, fc.option(place)).map(([limit, from, to]) =>
  command(`read all from ${from} to ${to}, ${limit} a page`, async (model, log) => {
    let after = model.events[from]?.position ?? model.before;
    const upTo = to === null ? undefined : (model.events[to]?.position ?? model.head);
    const wanted = model.events.filter(({ position }) => position > after && position <= (upTo ?? position));
    const read: RecordedEvent[] = [];
    for (;;) {
      const page = await log.readAll({ after, upTo, limit });
      expect(page.length).toBeLessThanOrEqual(limit);
      read.push(...page);
      const last = page.at(-1);
      if (!last) break;
      after = last.position;
    }
    expect(read).toEqual(wanted);
  }),
);

const readStream = fc.tuple(streamIndex, place, few, fc.option(place)).map(([index, from, limit, to]) =>
  command(`read stream ${index} from ${from}, ${limit}, up to ${to}`, async (model, log) => {
    const stream = pick(model, index);
    const upTo = to === null ? undefined : (model.events[to]?.position ?? model.head);
    const wanted = model
      .of(stream)
      .slice(from, from + limit)
      .filter(({ position }) => position <= (upTo ?? position));
    expect(await log.readStream(stream, { from, limit, upTo })).toEqual(wanted);
  }),
);

const readAt = fc.array(place, { maxLength: 12 }).map(places =>
  command(`read at ${places.join(' ')}`, async (model, log) => {
    const wanted = model.events.filter((_, index) => places.includes(index));
    const absent = toPosition(model.head + 1_000n);
    const positions = places.flatMap(index => model.events[index]?.position ?? absent);
    expect(await log.readAt(positions)).toEqual(wanted);
  }),
);

const askTime = fc.tuple(fc.integer({ min: -1, max: 5_001 }), place).map(([afterMs, index]) =>
  command(`positionAt +${afterMs} ms, timeAt ${index}`, async (model, log) => {
    const times = [...model.times()];
    const instant = model.sinceMs + afterMs;
    const at = times.findLast(({ timeMs }) => timeMs <= instant)?.position ?? model.before;
    if (times.length > 0) expect(laterOf(await log.positionAt(instant), model.before)).toBe(at);
    const event = times[index];
    if (event) expect(await log.timeAt(event.position)).toBe(event.timeMs);
    expect(laterOf(await log.head(), logStart)).toBe(model.head);
  }),
);

const reopen = fc.constant(
  command('reopen', async (model, _log, holder) => {
    holder.log = (await holder.reopen?.()) ?? holder.log;
    expect(await holder.log.head()).toBe(model.head);
  }),
);

/** Histories of up to some commands, appends above all. */
export const histories = (maxCommands: number): fc.Arbitrary<Iterable<LogCommand>> =>
  fc.commands(
    [
      append,
      append,
      append,
      appendElsewhere,
      appendAgain,
      appendNothing,
      appendTogether,
      readPaged,
      readStream,
      readAt,
      askTime,
      reopen,
    ],
    { maxCommands },
  );
