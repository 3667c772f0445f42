import { performance } from 'node:perf_hooks';
import { send } from '../../support/running-ledger';
import { measured, nextRequest, rateOf } from '../http.bench';
import { percentile, rowOf, type Row } from '../row';
import { benchAdapter } from './adapter.bench';
import { onFiles, onServers, ServedLedger, type Engines } from './served-ledger';

const seconds = 5;
const writers = 8;

/**
 * The same processes on files and on servers, in one run: a worker, and two hosts that only answer. Commands over HTTP,
 * the time until one host shows what was written at the other, and the cost of the adapter of the event log.
 */
export async function benchScaleOut(): Promise<Row[]> {
  const empty = await measured('empty', seconds);
  const files = await benchOn('on files', onFiles, empty.rate);
  const servers = await benchOn('on servers', onServers, empty.rate);
  return [...files, ...servers, await benchAdapter()];
}

async function benchOn(how: string, open: () => Promise<Engines>, emptyRate: number): Promise<Row[]> {
  const engines = await open();
  try {
    const ledger = await ServedLedger.start(engines, 50);
    try {
      const { token, participants } = ledger;
      const visible = await lagOf(ledger);
      const { rate, p99 } = await rateOf({ url: ledger.one.url, token, participants }, seconds);
      return [
        rowOf(
          `HTTP command at one of two hosts, 64 connections, ${how}, against an empty handler`,
          ...([rate, emptyRate, 'requests/s', p99] as const),
        ),
        rowOf(
          `from 201 at one host to its sight by ?after= at the other, ${writers} writers, ${how}, median; ` +
            'against the question without it',
          ...([percentile(visible.after, 0.5), percentile(visible.plain, 0.5), 'ms'] as const),
          percentile(visible.after, 0.99),
        ),
      ];
    } finally {
      await ledger.stop();
    }
  } finally {
    await engines.remove();
  }
}

/** Writers that each send a command to one host, and then ask the other one for it. */
async function lagOf({ one, other, token, participants, list }: ServedLedger) {
  const [after, plain]: [number[], number[]] = [[], []];
  let counts = false;
  const began = performance.now();
  const asked = async (path: string): Promise<number> => {
    const before = performance.now();
    const { status } = await send(`${other.url}${path}`, 'GET', { token });
    if (status !== 200) throw new Error(`A question was answered with ${status}.`);
    return performance.now() - before;
  };
  const write = async (): Promise<void> => {
    for (let ms = 0; ms < (2 + seconds) * 1_000; ms = performance.now() - began) {
      counts = ms > 2_000;
      const { path, body } = nextRequest(participants);
      const receipt = await send(`${one.url}${path}`, 'POST', { token, body });
      if (receipt.status !== 201) throw new Error(`A command was answered with ${receipt.status}.`);
      const seen = await asked(`${list}&after=${receipt.body.position}`);
      const once = await asked(list);
      if (!counts) continue;
      after.push(seen);
      plain.push(once);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return { after, plain };
}
