import type { Receipt } from '@platform/commands';
import type { Answer } from './running-ledger';
import { trial, type RunningTrial, type Someone } from './trial';

/** What was answered to a question, and where in the log the answer stood. */
export interface Told {
  readonly question: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into any shape of answer
  readonly body: any;
}

/** One request that was accepted, and everything that could be read right after it. */
export interface Page {
  readonly what: string;
  readonly receipt: Receipt;
  readonly told: Readonly<Record<string, Told>>;
}

const aSecond = 1_000;
const monitor = { role: 'monitor' } as const;

/**
 * Somebody does one thing after the other, and a monitor reads the same pages after each of them: so that later it can
 * be asked again what was known then. The clock moves on before everything that leaves a trace in the log, reading too:
 * an instant then means one position.
 */
export class Chronicle {
  readonly pages: Page[] = [];

  constructor(
    private readonly running: RunningTrial,
    /** Paths below the trial, by a name of one's own. */
    private readonly questions: () => Readonly<Record<string, string>>,
  ) {}

  /** A request that is accepted. The place of Shandong's clock comes first, where it matters. */
  async record(someone: Someone, path: string, body: object, at?: string): Promise<Page> {
    if (at !== undefined) this.running.clock.set(`${at}:00.000+08:00`);
    const before = await this.running.as(someone);
    // A login leaves a trace too: the monitor's would otherwise come at the instant of this request.
    await this.running.as(monitor);
    this.running.clock.advance(aSecond);
    const answer = await before.post(path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const receipt = answer.body as Receipt;
    await this.running.ledger.settled();
    const told: Record<string, Told> = {};
    for (const [name, question] of Object.entries(this.questions())) {
      const { status, body: read } = await this.ask(`${question}${mark(question)}after=${receipt.position}`);
      if (status !== 200) throw new Error(`${question}: ${status} ${JSON.stringify(read)}`);
      told[name] = { question, body: read };
    }
    const page = { what: `${path} ${receipt.events.map(({ type }) => type).join()}`, receipt, told };
    this.pages.push(page);
    return page;
  }

  /** As a monitor of the whole trial. */
  async ask(question: string): Promise<Answer> {
    const { get } = await this.running.as(monitor);
    this.running.clock.advance(aSecond);
    return get(question);
  }

  /** What is answered as of a position or an instant. */
  async askAsOf(question: string, moment: string): Promise<Told['body']> {
    const { status, body } = await this.ask(`${question}${mark(question)}asOf=${moment}`);
    if (status !== 200) throw new Error(`${question} as of ${moment} in ${trial}: ${status}`);
    return body;
  }
}

const mark = (question: string): string => (question.includes('?') ? '&' : '?');
