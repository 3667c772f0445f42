import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();
let sweeping = false;

/** A new folder that is removed by `remove`, or when the process ends. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  if (!sweeping) process.once('exit', () => made.forEach(removeFolder));
  sweeping = true;
  const path = mkdtempSync(join(tmpdir(), 'trial-ledger-'));
  made.add(path);
  return { path, remove: () => removeFolder(path) };
}

function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  made.delete(path);
}
