import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installation } from '../../../composition/src/software';
import { CommandFailed } from '../terminal';

/** Runs the benchmarks, which belong to the sources: an installation without them has none. */
export async function bench(args: readonly string[]): Promise<void> {
  const root = installation();
  const main = join(root, 'test/bench/main.ts');
  if (!existsSync(main)) throw new CommandFailed('The benchmarks run from a checkout of the sources.', 2);
  const run = ['-r', join(root, 'test/support/run-typescript.cjs'), main, ...args];
  const child = spawn(process.execPath, run, { cwd: root, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new CommandFailed('The benchmarks did not come to their end.', 1);
}
