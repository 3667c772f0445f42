import { toPosition } from '@platform/kernel';
import { writeEvents } from './event-text';
import { GroupCommit } from './group-commit';
import type { GroupResult, GroupWriter, PendingAppend } from './group-writer';
import { participantStream, someEvents } from '../testing';

const mebibyteLength = 1024 * 1024;

const append = (code: string): PendingAppend => {
  const stream = participantStream(code);
  return { stream, expected: -1, events: writeEvents(stream, -1, someEvents(stream)) };
};

/** A writer that answers what it is told to and remembers its groups. */
class ScriptedWriter {
  readonly groups: string[][] = [];
  checkpoints = 0;
  answer: (group: readonly PendingAppend[]) => GroupResult = group => ({
    kind: 'committed',
    outcomes: group.map(() => ({
      appended: { firstRevision: 0, lastRevision: 0, position: toPosition(0), repeated: false },
    })),
  });

  write(group: readonly PendingAppend[]): GroupResult {
    this.groups.push(group.map(({ stream }) => stream.slice(-1)));
    return this.answer(group);
  }

  checkpoint(): void {
    this.checkpoints += 1;
  }
}

const unobserved = { committed: () => undefined, failed: () => undefined };

const setup = () => {
  const writer = new ScriptedWriter();
  const group = new GroupCommit(writer as unknown as GroupWriter, unobserved);
  return { writer, group };
};

describe('gathering appends', () => {
  afterEach(() => jest.useRealTimers());

  test('all callers of one turn are written together, later ones after them', async () => {
    const { writer, group } = setup();
    const first = Promise.all([group.append(append('1')), group.append(append('2'))]);
    const later = first.then(() => group.append(append('3')));
    await Promise.all([first, group.append(append('4')), later]);
    expect(writer.groups).toEqual([['1', '2', '4'], ['3']]);
  });

  test('a group ends at a mebibyte, but one append is never divided', async () => {
    const { writer, group } = setup();
    const large = (code: string) => {
      const [event] = append(code).events as [PendingAppend['events'][number]];
      return { ...append(code), events: [{ ...event, data: 'x'.repeat(mebibyteLength) }] };
    };
    await Promise.all(
      [large('1'), append('2'), append('3'), large('4'), append('5')].map(each => group.append(each)),
    );
    expect(writer.groups).toEqual([['1'], ['2', '3'], ['4'], ['5']]);
  });

  test('while another process writes callers wait, and after ten seconds hear that there is no answer', async () => {
    jest.useFakeTimers();
    const { writer, group } = setup();
    const commit = writer.answer;
    writer.answer = () => ({ kind: 'locked', cause: new Error('busy') });
    const patient = group.append(append('1'));
    await jest.advanceTimersByTimeAsync(9_000);
    writer.answer = commit;
    await jest.advanceTimersByTimeAsync(10);
    await expect(patient).resolves.toMatchObject({ repeated: false });

    writer.answer = () => ({ kind: 'locked', cause: new Error('busy') });
    const refusal = group.append(append('2')).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(10_010);
    expect(await refusal).toMatchObject({ failure: 'no answer', outcome: 'not written' });
  });

  test('what the writer says of a failed group, every caller hears', async () => {
    const { writer, group } = setup();
    writer.answer = () => ({ kind: 'failed', failure: 'storage error', outcome: 'unknown' });
    const results = await Promise.allSettled([group.append(append('1')), group.append(append('2'))]);
    const reason = { name: 'LogUnavailable', failure: 'storage error', outcome: 'unknown' };
    expect(results).toMatchObject([{ reason }, { reason }]);
  });

  test('the log is copied once enough has gathered and nobody waits, and at last even if somebody does', async () => {
    const { writer, group } = setup();
    const [event] = append('1').events as [PendingAppend['events'][number]];
    const mebibyte = { ...append('1'), events: [{ ...event, data: 'x'.repeat(mebibyteLength) }] };
    const checkpointsAfter = async (appends: number) => {
      for (let i = 0; i < appends; i++) await group.append(mebibyte);
      const whileBusy = writer.checkpoints;
      await new Promise(setImmediate);
      return [whileBusy, writer.checkpoints];
    };
    expect(await checkpointsAfter(3)).toEqual([0, 0]);
    expect(await checkpointsAfter(1)).toEqual([0, 1]);
    expect(await checkpointsAfter(17)).toEqual([2, 2]);
  });
});
