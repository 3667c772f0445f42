import { once } from 'node:events';
import { join } from 'node:path';
import { startTypeScript, TalkingProcess } from '../child-process';
import type { PlannedFault } from '../fake-eventstore/serve';

/** The fake EventStoreDB as a process of its own, which lives as long as a test, and has faults when told to. */
export class EventStoreProcess {
  private constructor(
    private readonly child: ReturnType<typeof startTypeScript>,
    private readonly talking: TalkingProcess,
  ) {}

  static async start(): Promise<EventStoreProcess> {
    const child = startTypeScript(join(__dirname, '../fake-eventstore/serve.ts'), '0');
    const talking = new TalkingProcess(child);
    await talking.firstLine();
    return new EventStoreProcess(child, talking);
  }

  get url(): string {
    return this.talking.lines[0]!;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when the server knows of it. */
  async willHave(fault: PlannedFault): Promise<void> {
    const before = this.talking.lines.length;
    this.child.stdin.write(`${JSON.stringify(fault)}\n`);
    while (this.talking.lines.length === before) await once(this.child.stdout, 'data');
  }

  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.talking.end();
  }
}
