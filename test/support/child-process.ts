import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const hook = join(__dirname, 'run-typescript.cjs');

/** Starts a program of this repository from its sources, in a process of its own. */
export const startTypeScript = (file: string, ...args: string[]): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, ['-r', hook, file, ...args]);

/** The same, with variables of its own beside those of this process. */
export const startWith = (
  env: Readonly<Record<string, string>>,
  file: string,
): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, ['-r', hook, file], { env: { ...process.env, ...env } });

/** A program that says on its standard output, line by line, what it has done. */
export class TalkingProcess {
  /** Whole lines only: of what was cut off by the end nobody knows. */
  readonly lines: string[] = [];
  private readonly ended: Promise<unknown>;
  private rest = '';
  private complaints = '';

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    // 'close' comes when the output has been read to its end, which may be after the process is gone.
    this.ended = once(child, 'close');
    child.stdout.on('data', (chunk: Buffer) => this.hear(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
  }

  get pid(): number {
    return this.child.pid!;
  }

  private hear(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    this.lines.push(...lines);
  }

  /** Resolves with the first line. @throws Error when the process ends without one, with what it complained of */
  async firstLine(): Promise<void> {
    const gone = this.ended.then(() => Promise.reject(new Error(`The process ended. ${this.complaints}`)));
    gone.catch(() => undefined);
    while (this.lines.length === 0) await Promise.race([once(this.child.stdout, 'data'), gone]);
  }

  /** Sends a signal, as an operator does. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves when the process has ended by itself and without a complaint. */
  async end(): Promise<void> {
    await this.ended;
    if (this.child.exitCode !== 0) throw new Error(`The process has failed. ${this.complaints}`);
  }

  /** Ends the process as a power cut would, in the middle of whatever it is doing. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
    if (this.child.signalCode !== 'SIGKILL')
      throw new Error(`The process ended by itself. ${this.complaints}`);
  }
}
