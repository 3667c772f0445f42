import { CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { CLOCK, ManualClock, timeOrderedIds } from '@platform/kernel';
import { EVENT_LOG, MemoryEventLog, type EventLog } from '@platform/event-log';
import { openViewsInMemory, ViewDatabase, ViewEngine } from '@platform/views';
import { ACCESS_JOURNAL, ACCESS_POLICY } from '../access';
import { Command, commandRow, filled } from '../command';
import { SignatureRefused } from '../errors';
import { Gate } from '../gate';
import { Runner } from '../running/runner';
import { commandHandlers } from '../table';
import { caller, grant, placeBoxes, shelfStream } from '../testing/shelf';
import {
  SIGNATURE_CHECK,
  type SignatureCheck,
  type SignatureComponents,
  type SigningAttempt,
} from './signing';

class SignBoxes extends Command {
  boxes!: readonly string[];
  signature?: SignatureComponents;
}
const signBoxes = commandRow({
  ...placeBoxes,
  command: SignBoxes,
  signature: { meaning: 'responsibility', asked: 'always', hash: ({ boxes }) => `hash of ${boxes.join()}` },
});
const signature = { user: 'u-1', password: 'a secret of u-1' };
const submission = { caller, target: { shelf: 's1' }, source: 'person' } as const;

/** Everything behind is real; who signs is checked by the function that a test hands in. */
async function withGate(
  check: SignatureCheck['check'] | undefined,
  work: (gate: Gate, log: EventLog) => Promise<void>,
): Promise<void> {
  const [log, clock, views] = [
    new MemoryEventLog(),
    ManualClock.at('2024-03-05T08:00:00.000Z'),
    openViewsInMemory(),
  ];
  const database = await views;
  const host = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      ...commandHandlers([signBoxes]),
      { provide: ACCESS_POLICY, useValue: { grant: () => grant } },
      { provide: ACCESS_JOURNAL, useValue: { record: () => Promise.resolve() } },
      { provide: EVENT_LOG, useValue: log },
      { provide: ViewDatabase, useValue: database },
      { provide: ViewEngine, useValue: new ViewEngine({ log, database, views: [], clock }) },
      { provide: Runner, useValue: new Runner({ log, clock, ids: timeOrderedIds, software: 'test/1' }) },
      { provide: CLOCK, useValue: clock },
      ...(check ? [{ provide: SIGNATURE_CHECK, useValue: { check } }] : []),
      Gate,
    ],
  }).compile();
  await host.init();
  try {
    await work(host.get(Gate), log);
  } finally {
    await host.close();
    await database.close();
  }
}

test('a signed command is kept with its meaning and the hash of what was signed, without the secret', async () => {
  const attempts: SigningAttempt[] = [];
  const check = (attempt: SigningAttempt) => {
    attempts.push(attempt);
    return Promise.resolve(['user-id', 'password']);
  };
  await withGate(check, async (gate, log) => {
    await gate.submit(filled(SignBoxes, { boxes: ['a'], signature }), {
      ...submission,
      address: '192.0.2.1',
    });
    const about = { caller, request: 'SignBoxes', permission: 'place-boxes', target: { shelf: 's1' } };
    expect(attempts).toEqual([{ ...about, components: signature, address: '192.0.2.1' }]);
    const [event] = await log.readStream(shelfStream('s1'));
    const components = ['user-id', 'password'];
    expect(event?.metadata.signature).toEqual({
      meaning: 'responsibility',
      components,
      signedHash: 'hash of a',
    });
    const text = JSON.stringify(event, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    expect(text).not.toContain(signature.password);
  });
});

test('what is refused reaches no handler', async () => {
  const refused = new SignatureRefused('SIGNATURE-MISSING', 'Sign it.');
  await withGate(
    () => Promise.reject(refused),
    async (gate, log) => {
      await expect(gate.submit(filled(SignBoxes, { boxes: ['a'] }), submission)).rejects.toBe(refused);
      expect(await log.head()).toBe(-1n);
    },
  );
});

test('where nothing can check signatures, nothing is signed', async () => {
  await withGate(undefined, async (gate, log) => {
    const signing = gate.submit(filled(SignBoxes, { boxes: ['a'], signature }), submission);
    await expect(signing).rejects.toThrow('nothing that signatures could be checked with');
    expect(await log.head()).toBe(-1n);
  });
});
