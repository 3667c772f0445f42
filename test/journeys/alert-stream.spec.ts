import { filled, Gate } from '@platform/commands';
import { operatorCaller, RevokeRole } from '@trial/access';
import { assessedSerious, reported } from '../support/alerting/alerts';
import { RunningTrial, trial, type Someone } from '../support/trial';
import { PlainWebhooks } from '../support/alerting/webhook-receiver';

/** One event of the stream. */
interface News {
  readonly id: string;
  readonly event?: string;
  readonly data?: { readonly alert: string; readonly kind: string; readonly site: string | null };
}

/** Somebody who listens, as a browser's EventSource does. */
class Listener {
  readonly news: News[] = [];
  ended = false;
  private readonly reading: Promise<void>;
  private readonly waiting = new Set<() => void>();
  private readonly leaving = new AbortController();

  private constructor(private readonly response: Response) {
    this.reading = this.read();
  }

  static async to(running: RunningTrial, who: Someone, lastEventId?: string): Promise<Listener> {
    const { token } = await running.as(who);
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (lastEventId !== undefined) headers['last-event-id'] = lastEventId;
    const url = `${running.ledger.url}/trials/${trial}/alerts/stream`;
    const response = await fetch(url, { headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    const listener = new Listener(response);
    await listener.until(() => listener.news.length > 0);
    return listener;
  }

  get told(): string[] {
    return this.news.flatMap(({ event, data }) => (event ? [`${event} ${data?.kind} ${data?.site}`] : []));
  }

  get lastId(): string {
    return this.news.at(-1)!.id;
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.ended) throw new Error('The stream has ended.');
      await new Promise<void>(resolve => this.waiting.add(resolve));
    }
  }

  /** Resolves when the other side has ended the stream. */
  end(): Promise<void> {
    return this.reading;
  }

  async leave(): Promise<void> {
    this.leaving.abort();
    await this.reading;
  }

  private async read(): Promise<void> {
    const reader = this.response.body!.getReader();
    const left = new Promise<{ done: true; value: undefined }>(resolve => {
      this.leaving.signal.addEventListener('abort', () => resolve({ done: true, value: undefined }));
    });
    let text = '';
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), left]);
      if (done) break;
      text += Buffer.from(value).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) if (!block.startsWith(':')) this.news.push(newsOf(block));
      this.wake();
    }
    await reader.cancel().catch(() => undefined);
    this.ended = true;
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

function newsOf(block: string): News {
  const fields = Object.fromEntries(
    block.split('\n').map(line => line.split(/: (.*)/s).slice(0, 2)),
  ) as Record<string, string>;
  return { id: fields.id!, event: fields.event, data: fields.data ? JSON.parse(fields.data) : undefined };
}

describe('the stream of alerts', () => {
  let running: RunningTrial;
  const participants: Record<string, string> = {};
  const atSite = (site: string): Someone => ({ role: 'investigator', site });

  const serious = async (site: string): Promise<void> => {
    const participant = participants[site]!;
    await assessedSerious(await running.as(atSite(site)), participant, await reported(running, participant));
  };

  beforeEach(async () => {
    running = await RunningTrial.start(['01', '02'], { channel: new PlainWebhooks() });
    for (const site of ['01', '02']) participants[site] = await running.prescreenedAt(site);
    for (const site of ['01', '02']) await running.as(atSite(site));
    await running.as({ role: 'safetyOfficer' });
    await running.ledger.settled();
  });

  afterEach(() => running.stop());

  it('tells each listener what happens within its scope, as it happens', async () => {
    const first = await Listener.to(running, atSite('01'));
    const officer = await Listener.to(running, { role: 'safetyOfficer' });
    await serious('02');
    await serious('01');
    await first.until(() => first.told.length === 2);
    await officer.until(() => officer.told.length === 4);
    expect(first.told).toEqual(['AlertRaised sae 01', 'AlertEscalated sae 01']);
    expect(officer.told.toSorted()).toEqual([
      'AlertEscalated sae 01',
      'AlertEscalated sae 02',
      'AlertRaised sae 01',
      'AlertRaised sae 02',
    ]);
    await Promise.all([first.leave(), officer.leave()]);
  });

  it('goes on behind the last event that somebody saw, with nothing missing and nothing twice', async () => {
    const listener = await Listener.to(running, atSite('01'));
    await serious('01');
    await listener.until(() => listener.told.length === 2);
    await listener.leave();
    await serious('01');
    await serious('02');
    await running.ledger.settled();
    const back = await Listener.to(running, atSite('01'), listener.lastId);
    await back.until(() => back.told.length === 2);
    await serious('01');
    await back.until(() => back.told.length === 4);
    const seen = [...listener.news, ...back.news].flatMap(({ id, event }) => (event ? [id] : []));
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => Number(a) - Number(b)));
    expect(seen).toHaveLength(6);
    const fresh = await Listener.to(running, atSite('01'));
    expect([fresh.told, Number(fresh.lastId) >= Number(back.lastId)]).toEqual([[], true]);
    await Promise.all([back.leave(), fresh.leave()]);
  });

  it('is told by an id that is one', async () => {
    const { token } = await running.as(atSite('01'));
    const headers = { 'last-event-id': 'yesterday' };
    const { status, body } = await running.ledger.call('GET', `/trials/${trial}/alerts/stream`, {
      token,
      headers,
    });
    expect([status, body.field]).toEqual([400, 'Last-Event-ID']);
  });

  it('ends with the rights that it was opened with', async () => {
    const listener = await Listener.to(running, atSite('01'));
    const reason = { code: 'staffChange', text: 'Left the hospital.' };
    await running.ledger.app.get(Gate).submit(filled(RevokeRole, { role: 'investigator', trial, reason }), {
      caller: operatorCaller(),
      target: { user: 'investigator-01' },
      source: 'person',
    });
    await serious('02');
    await listener.end();
    expect(listener.told).toEqual([]);
  });

  it('ends when the host stops, and does not keep it', async () => {
    const listener = await Listener.to(running, atSite('01'));
    await Promise.all([running.ledger.restart(), listener.end()]);
    expect(listener.ended).toBe(true);
  });
});
