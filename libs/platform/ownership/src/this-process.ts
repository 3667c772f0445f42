import { readFileSync, readlinkSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Milliseconds since this process began. */
export const elapsedMs = (): number => performance.now();

/**
 * The system that gives out process ids here: this boot of this machine, and the namespace of ids (a container has its
 * own). Undefined where the system does not tell, and then nobody is taken for dead but by his silence.
 */
export function processSpace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}.${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
  } catch {
    return undefined;
  }
}

/** Names a contender: where its process lives, its id there, and a nonce for who lives in one process with others. */
export const holderName = (space: string | undefined, pid: number, nonce: string): string =>
  `${space ?? 'elsewhere'}/${pid}/${nonce}`;

/** Whether a holder's process has ended; false for what cannot be known from here. */
export function isGone(holder: string, space: string | undefined): boolean {
  const [of, pid] = holder.split('/');
  if (space === undefined || of !== space || !/^\d+$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // Somebody else's process may not be asked (EPERM), but is there.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
