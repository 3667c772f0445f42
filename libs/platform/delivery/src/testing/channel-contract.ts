import { ManualClock, ManualTimers } from '@platform/kernel';
import {
  failureMeanings,
  type Address,
  type Channel,
  type DeliveryFailure,
  type DeliveryLimits,
} from '../port';
import { raised } from './messages';

/** What the other side can do; each channel's harness says how its own does it. */
export const behaviours = [
  'takes it',
  'refuses for good',
  'refuses for now',
  'never answers',
  'hangs up',
  'talks gibberish',
  'is encrypted by a stranger',
  'does not listen',
  'has no such name',
] as const;
export type Behaviour = (typeof behaviours)[number];

/** A channel, and somebody at the other side. */
export interface Line {
  readonly channel: Channel;
  readonly address: Address;
  /** Resolves when the other side has been reached. */
  readonly reached: Promise<unknown>;
  /** How many messages the other side has taken. */
  taken(): number;
  hangUp(): Promise<void>;
}

export type MakeLine = (behaviour: Behaviour, timers: ManualTimers, limits: DeliveryLimits) => Promise<Line>;

const limits: DeliveryLimits = { connectMs: 60_000, totalMs: 90_000 };

/** What every channel promises; `refusal` is what its receivers' refusal for good is called. */
export function channelContract(name: string, makeLine: MakeLine, refusal: DeliveryFailure): void {
  describe(`${name}: a channel`, () => {
    let line: Line;
    let timers: ManualTimers;
    const open = async (behaviour: Behaviour): Promise<void> => {
      timers = new ManualTimers(ManualClock.at('2024-03-05T08:16:00.000Z'));
      line = await makeLine(behaviour, timers, limits);
    };
    afterEach(async () => {
      await line.channel.close();
      await line.hangUp();
      // Nothing is left that would fire.
      expect(timers.size).toBe(0);
    });

    test.each<[Behaviour, object]>([
      ['takes it', { outcome: 'delivered' }],
      ['refuses for good', { outcome: 'failed', failure: refusal, retry: false }],
      ['refuses for now', { outcome: 'failed', failure: 'deferred', retry: true }],
      ['hangs up', { outcome: 'failed', failure: 'connection-lost', retry: true }],
      ['talks gibberish', { outcome: 'failed', failure: 'not-understood', retry: true }],
      ['is encrypted by a stranger', { outcome: 'failed', failure: 'tls-failed', retry: true }],
      ['does not listen', { outcome: 'failed', failure: 'connection-refused', retry: true }],
      ['has no such name', { outcome: 'failed', failure: 'unresolvable', retry: true }],
    ])('when the other side %s', async (behaviour, expected) => {
      await open(behaviour);
      const result = await line.channel.deliver(raised, line.address);
      expect(result).toMatchObject(expected);
      expect(line.taken()).toBe(behaviour === 'takes it' ? 1 : 0);
      if (result.outcome === 'failed') expect(failureMeanings).toHaveProperty(result.failure);
    });

    test('gives up when its time is over', async () => {
      await open('never answers');
      const result = line.channel.deliver(raised, line.address);
      await line.reached;
      await timers.advance(limits.totalMs);
      expect(await result).toEqual({ outcome: 'failed', failure: 'timed-out', retry: true });
    });

    test('ends at once when its caller says so', async () => {
      await open('never answers');
      const caller = new AbortController();
      const result = line.channel.deliver(raised, line.address, caller.signal);
      await line.reached;
      caller.abort();
      expect(await result).toEqual({ outcome: 'failed', failure: 'interrupted', retry: true });
    });

    test('does not begin when its caller has said so before', async () => {
      await open('takes it');
      expect(await line.channel.deliver(raised, line.address, AbortSignal.abort())).toMatchObject({
        failure: 'interrupted',
        retry: true,
      });
      expect(line.taken()).toBe(0);
    });

    test('ends what is under way when it is closed, and takes nothing more', async () => {
      await open('never answers');
      const result = line.channel.deliver(raised, line.address);
      await line.reached;
      await line.channel.close();
      expect(await result).toMatchObject({ failure: 'interrupted', retry: true });
      expect(await line.channel.deliver(raised, line.address)).toMatchObject({ failure: 'interrupted' });
    });

    test.each([
      ['an id with a full stop', { id: 'a.b' }],
      ['an id with a line break', { id: 'a\r\nb' }],
      ['a type with a blank', { type: 'alert raised' }],
      ['a time that is none', { at: '2024-13-05T08:15:00Z' }],
      ['a subject of two lines', { subject: 'due\r\nBcc: everybody@example.org' }],
      ['a subject with a line separator', { subject: 'due\u2028now' }],
      ['no subject', { subject: '' }],
      ['half a character', { text: '\ud800' }],
      ['more text than anybody reads', { text: 'a'.repeat(10_001) }],
      ['data without a JSON form', { data: { a: Number.NaN } }],
      ['more data than ids', { data: { a: 'a'.repeat(8_200) } }],
    ])('does not send a message with %s', async (_what, part) => {
      await open('takes it');
      expect(await line.channel.deliver({ ...raised, ...part }, line.address)).toMatchObject({
        outcome: 'failed',
        failure: 'message-refused',
        retry: false,
      });
      expect(line.taken()).toBe(0);
    });

    test('does not send to an address of another channel', async () => {
      await open('takes it');
      const other: Address =
        line.address.channel === 'email'
          ? { channel: 'webhook', url: 'https://receiver.example', secret: '' }
          : { channel: 'email', to: 'somebody@example.org' };
      expect(await line.channel.deliver(raised, other)).toMatchObject({
        failure: 'address-unusable',
        retry: false,
      });
    });
  });
}
