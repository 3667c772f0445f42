import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Program, startProgram } from '../processes/program';

type App = 'api' | 'worker';
type Environment = Readonly<Record<string, string>>;

/** A place for one process, which is started there again and again. */
interface Place {
  readonly app: App;
  readonly environment: Environment;
  /** The last one; it may be dead. */
  program: Program;
  /** Resolves when the one that is being started answers. */
  starting: Promise<void>;
}

const shortestPauseMs = 200;

/** The processes of one ledger: hosts that only answer, and workers, each with a data folder of its own. */
export class Fleet {
  /** What processes said that did not start, as operators read it; each was started again. */
  readonly refusedStarts: string[] = [];
  readonly pids: number[] = [];
  killed = 0;
  private stopping = false;

  private constructor(private readonly places: Place[]) {}

  /** @param folder where each process makes a data folder of its own */
  static async start(apps: readonly App[], folder: string, environment: Environment): Promise<Fleet> {
    const places = await Promise.all(
      apps.map(async (app, index): Promise<Place> => {
        const own = join(folder, `${app}-${index}`);
        mkdirSync(own, { recursive: true });
        const environmentOf = { ...environment, LEDGER_ROLE: 'api', LEDGER_DATA: own };
        const program = await Program.start(app, environmentOf);
        return { app, environment: environmentOf, program, starting: Promise.resolve() };
      }),
    );
    const fleet = new Fleet(places);
    for (const { program } of places) fleet.pids.push(program.process.pid);
    return fleet;
  }

  get size(): number {
    return this.places.length;
  }

  /** Where hosts listen, or did when they lived. */
  get hosts(): readonly string[] {
    return this.of('api').map(({ url }) => url);
  }

  of(app: App): readonly Program[] {
    return this.places.filter(place => place.app === app).map(({ program }) => program);
  }

  /** Kills the process at a place, once it answers, and begins to start another one there. */
  async kill(index: number): Promise<void> {
    const place = this.places[index]!;
    await place.starting;
    await place.program.kill();
    this.killed += 1;
    place.starting = this.startAgain(place);
  }

  /** The same, and the first one that is started there dies before it answers. */
  async killTwice(index: number, wakingMs: number): Promise<void> {
    const place = this.places[index]!;
    await place.starting;
    await place.program.kill();
    this.killed += 2;
    place.starting = this.dieWaking(place, wakingMs).then(() => this.startAgain(place));
  }

  private async dieWaking({ app, environment }: Place, wakingMs: number): Promise<void> {
    const doomed = startProgram(app, environment);
    this.pids.push(doomed.pid);
    await pause(wakingMs);
    try {
      await doomed.kill();
    } catch (error) {
      this.refusedStarts.push((error as Error).message);
    }
  }

  /** As whoever keeps processes running does: until it runs. */
  private async startAgain(place: Place): Promise<void> {
    while (!this.stopping) {
      try {
        place.program = await Program.start(place.app, place.environment);
        this.pids.push(place.program.process.pid);
        return;
      } catch (error) {
        this.refusedStarts.push((error as Error).message);
        await pause(shortestPauseMs);
      }
    }
  }

  /** Resolves when all that were killed have been started again. */
  async allStarted(): Promise<void> {
    await Promise.all(this.places.map(({ starting }) => starting));
  }

  /** In good order, one after the other. */
  async stop(app: App): Promise<void> {
    for (const program of this.of(app)) await program.stop();
  }

  /** Whatever is left, when a test has failed. */
  async killAll(): Promise<void> {
    this.stopping = true;
    await this.allStarted();
    for (const { program } of this.places) program.process.signal('SIGKILL');
  }
}
