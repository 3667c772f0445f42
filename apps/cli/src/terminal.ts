import { Presets, SingleBar } from 'cli-progress';

/** What a command says: one JSON object with `--json`, lines for a person without. */
export interface Output {
  readonly json: boolean;
  /** The result; `lines` is how a person reads it. */
  result(value: object, lines: readonly string[]): void;
  /** A remark beside the result; never on standard output, which belongs to the result. */
  note(line: string): void;
  progress(label: string, total?: number): Progress;
}

export interface Progress {
  update(done: number, total?: number): void;
  end(): void;
}

/** How long something may take before it is worth a bar. */
const patienceMs = 2_000;

export function terminal(json: boolean, now: () => number): Output {
  return {
    json,
    result(value, lines) {
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
    },
    note(line) {
      process.stderr.write(`${line}\n`);
    },
    progress: (label, total) => progressBar(label, total ?? 0, now),
  };
}

/** A bar on standard error that appears once the work has taken two seconds, on a terminal only. */
function progressBar(label: string, total: number, now: () => number): Progress {
  if (!process.stderr.isTTY) return { update: () => {}, end: () => {} };
  const format = `${label} {bar} {percentage} % | {value}/{total} | {duration_formatted}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  const began = now();
  let known = total;
  return {
    update(done, newTotal) {
      known = newTotal ?? known;
      if (!bar.isActive && now() - began > patienceMs) bar.start(known, done);
      if (!bar.isActive) return;
      if (newTotal !== undefined) bar.setTotal(newTotal);
      bar.update(done);
    },
    end() {
      if (bar.isActive) bar.stop();
    },
  };
}

/** Ends a command with a sentence and without a stack. Exit code 1: the work found something wrong; 2: wrong usage. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2,
  ) {
    super(message);
    this.name = 'CommandFailed';
  }
}
