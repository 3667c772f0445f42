import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { temporaryFolder } from '@platform/event-log/testing';

/** A server of the test's own, in memory, on a port of its own on this machine. */
export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** For whoever looks at it from outside. */
  readonly redis: Redis;
  /** As a power cut would. What it held is gone. */
  kill(): Promise<void>;
  /** Begins again, empty, on the same port. */
  restart(): Promise<void>;
  /** Holds its connections, and answers none. */
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
}

const runs = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Whether somebody listens, asked at once because whether a test can run is to be known before it is named. */
const answers = (url: string): boolean => {
  const { hostname, port } = new URL(url);
  const connect = `require('net').connect(${Number(port || 6379)}, ${JSON.stringify(hostname)})`;
  const ask = `${connect}.setTimeout(1000, () => process.exit(1)).on('connect', () => process.exit(0))`;
  return runs(process.execPath, '-e', ask);
};

const usual = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';

/** Whether tests can start a server of their own. */
export const canStartRedis = runs('redis-server', '--version');

const help = 'install Redis (the package redis-server), or set REDIS_URL to one that runs';

/**
 * `describe`, or when there is no Redis, a description that is skipped and says what to install.
 * @param needs whether the one that is there will do
 */
export function describeWithRedis(name: string, body: () => void, needs: 'any' | 'its own' = 'any'): void {
  const possible = canStartRedis || (needs === 'any' && answers(usual));
  if (possible) return describe(name, body);
  process.stderr.write(`Not tested here: ${name}. To test it, ${help}.\n`);
  describe.skip(`${name} (${help})`, body);
}

/** The Redis that is there, or one that is started for this and ended by `remove`. */
export async function someRedis(): Promise<{ readonly url: string; remove(): Promise<void> }> {
  return answers(usual) ? { url: usual, remove: async () => {} } : startRedis();
}

export async function startRedis(password?: string): Promise<OwnRedis> {
  const folder = temporaryFolder();
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const start = () => startServer(port, ['--dir', folder.path, '--requirepass', password ?? '']);
  let server = await start();
  const redis = new Redis(url, { password, maxRetriesPerRequest: null, disconnectTimeout: 200 });
  redis.on('error', () => {});
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  return {
    url,
    port,
    redis,
    kill,
    async restart() {
      server = await start();
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async remove() {
      redis.disconnect();
      await kill();
      folder.remove();
    },
  };
}

async function startServer(port: number, settings: readonly string[]): Promise<ChildProcess> {
  const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...fixed, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => resolve());
    // Read on afterwards too: a server whose log nobody takes would wait.
    server.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Ready to accept connections')) resolve();
    });
  });
  if (server.exitCode !== null) throw new Error(`redis-server does not start: ${said}`);
  return server;
}

async function freePort(): Promise<number> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  taken.close();
  await once(taken, 'close');
  return port;
}
