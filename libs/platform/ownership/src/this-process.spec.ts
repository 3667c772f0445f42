import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { holderName, isGone, processSpace } from './this-process';

const space = 'a-boot.1';

describe('the holder of a claim', () => {
  it('is gone when its process has ended, as far as that can be known', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const holder = holderName(space, child.pid!, 'x');
    expect(isGone(holder, space)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isGone(holder, space)).toBe(true);
    // In another container or after another boot, the same number is somebody else.
    expect(isGone(holder, 'a-boot.2')).toBe(false);
    expect(isGone(holder, undefined)).toBe(false);
    expect(isGone(holderName(undefined, child.pid!, 'x'), undefined)).toBe(false);
    expect(isGone('who knows', 'who knows')).toBe(false);
  });

  it('lives where process ids are its own', () => {
    const here = processSpace();
    expect(here).toBe(processSpace());
    if (process.platform === 'linux') expect(here).toMatch(/^[0-9a-f-]{36}\.\d+$/);
  });
});
