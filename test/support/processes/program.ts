import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startWith, TalkingProcess } from '../child-process';
import { send } from '../running-ledger';

type Environment = Readonly<Record<string, string>>;

const apps = join(__dirname, '../../../apps');

const fixed = { LEDGER_PORT: '0', LEDGER_WORKER_PORT: '0', LEDGER_LOG_LEVEL: 'silent' };

/** The same as `Program.start`, for a test that does not wait until it answers. */
export const startProgram = (app: 'api' | 'worker', environment: Environment): TalkingProcess =>
  new TalkingProcess(startWith({ ...fixed, ...environment }, join(apps, app, 'src/main.ts')));

/** A program of the product in a process of its own, configured as an operator does it. */
export class Program {
  private constructor(
    readonly process: TalkingProcess,
    readonly url: string,
  ) {}

  static async start(app: 'api' | 'worker', environment: Environment): Promise<Program> {
    const process = startProgram(app, environment);
    await process.firstLine();
    const url = /http:\S+/.exec(process.lines[0]!)?.[0];
    if (url === undefined) throw new Error(`The program says "${process.lines[0]}".`);
    return new Program(process, url);
  }

  /** Whether this process does what one process does for all. */
  async isOwner(): Promise<boolean> {
    return (await this.health()).work === 'owner';
  }

  async health(): Promise<ProgramHealth> {
    return (await send(`${this.url}/health/ready`, 'GET')).body;
  }

  /** The value of a figure without labels. */
  async figure(name: string): Promise<number> {
    const { body } = await send(`${this.url}/metrics`, 'GET');
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body as string)?.[1]);
  }

  /** By SIGTERM, as orchestrators do. */
  async stop(): Promise<void> {
    this.process.signal('SIGTERM');
    await this.process.end();
  }

  kill(): Promise<void> {
    return this.process.kill();
  }
}

interface ProgramHealth {
  readonly status: string;
  readonly work: string;
  readonly jobs: string;
  readonly views: readonly { readonly name: string; readonly state: string; readonly lag: number }[];
  readonly reactions: readonly { readonly name: string; readonly state: string }[];
}

/** Waits for something to come about; a test that waits in vain ends by its own time limit. */
export async function comesAbout(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await pause(20);
}
