import { spawnSync } from 'node:child_process';
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@platform/event-log/testing';

/** A disk of its own, of a few megabytes, that can be filled and made read-only. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all that is free, but for some KiB. */
  fill(leaveKiB?: number): void;
  /** Gives back what `fill` took. */
  free(): void;
  makeReadOnly(): void;
  remove(): void;
}

const run = (...command: [string, ...string[]]): boolean =>
  spawnSync(command[0], command.slice(1), { stdio: 'ignore' }).status === 0;

/** Mounts one in memory; undefined where that is not possible: on other systems than Linux, or for others than root. */
export function smallDisk(megabytes: number): SmallDisk | undefined {
  const folder = temporaryFolder();
  const mounted =
    process.platform === 'linux' &&
    run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'small-disk', folder.path);
  if (!mounted) {
    folder.remove();
    return undefined;
  }
  const ballast = join(folder.path, 'ballast');
  return {
    path: folder.path,
    fill(leaveKiB = 0) {
      fillUp(ballast, megabytes);
      truncateSync(ballast, Math.max(0, statSync(ballast).size - leaveKiB * 1024));
    },
    free: () => rmSync(ballast, { force: true }),
    makeReadOnly: () => void run('mount', '-o', 'remount,ro', folder.path),
    remove() {
      // Lazily: a test that failed may have left a file open.
      run('umount', '-l', folder.path);
      folder.remove();
    },
  };
}

function fillUp(file: string, megabytes: number): void {
  for (let left = megabytes * 1024; left > 0; left--) {
    try {
      writeFileSync(file, Buffer.alloc(1024), { flag: 'a' });
    } catch {
      return;
    }
  }
}
