import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServiceError,
} from '@grpc/grpc-js';
import {
  ServerFeaturesService,
  type IServerFeaturesServer,
} from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { StreamsService, type IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb';
import { UsersService } from '@eventstore/db-client/generated/users_grpc_pb';
import { FakeAccess, type Right } from './access';
import { FaultPlan, type Fault, type Operation } from './faults';
import { accessDenied, failure, writtenResponse } from './messages';
import { read } from './read-service';
import { FakeStore } from './store';
import { append, batchAppend, remove } from './streams-service';
import { usersService } from './users-service';

export interface FakeOptions {
  /** Port on this machine; a free one unless given. */
  readonly port?: number;
  /** With TLS a server asks its callers who they are. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What the server says of itself; undefined for one so old that it does not. */
  readonly version?: string;
  /** Keeps what another one has held: a node that comes back, or another one of the same cluster. */
  readonly store?: FakeStore;
}

interface Call {
  readonly metadata: Metadata;
  on(event: 'cancelled' | 'close' | 'end', listener: () => void): unknown;
}

/**
 * EventStoreDB as its client sees it: the services are the client's own generated definitions, so whatever is said
 * here goes through the real wire and the real client. Everything is in memory.
 */
export class FakeEventStore {
  readonly faults = new FaultPlan();
  readonly access: FakeAccess;
  /** Calls so far, by kind. */
  readonly calls: Record<Operation, number> = {
    append: 0,
    'batch append': 0,
    read: 0,
    subscribe: 0,
    features: 0,
    delete: 0,
  };
  /** Reads and subscriptions that the server still serves. */
  readonly open = new Set<object>();
  readonly subscriptions = new Set<{ end(): void; emit(event: 'error', error: object): boolean }>();
  /** The roles of the last call's caller. */
  lastRoles: readonly string[] = [];
  lastRequiredLeader = false;
  /** Events sent to readers so far. */
  sent = 0;
  /** Whether subscriptions are kept open and told nothing, as after a bad shutdown. */
  isDeaf = false;
  /** The server's clock, which is not its callers'. */
  nowMs = (): number => Date.now();

  private constructor(
    private readonly server: Server,
    readonly store: FakeStore,
    readonly port: number,
    private readonly options: FakeOptions,
  ) {
    this.access = new FakeAccess(store, options.tls !== undefined);
  }

  static async start(options: FakeOptions = {}): Promise<FakeEventStore> {
    const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
    const { tls } = options;
    const pair = tls && [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }];
    const credentials = pair ? ServerCredentials.createSsl(null, pair) : ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, taken: number) => (error ? reject(error) : resolve(taken));
      server.bindAsync(`127.0.0.1:${options.port ?? 0}`, credentials, bound);
    });
    const fake = new FakeEventStore(server, options.store ?? new FakeStore(), port, options);
    fake.addServices();
    return fake;
  }

  private addServices(): void {
    const streams = {
      ...StreamsService,
      read: { ...StreamsService.read, responseSerialize: writtenResponse },
    };
    this.server.addService(streams, {
      append: (call, answer) => append(this, call, answer),
      batchAppend: call => batchAppend(this, call),
      read: call => void read(this, call),
      delete: (call, answer) => remove(this, call, answer, 'delete'),
      tombstone: (call, answer) => remove(this, call, answer, 'tombstone'),
    } satisfies IStreamsServer);
    this.server.addService(ServerFeaturesService, {
      getSupportedMethods: (call, answer) => this.features(call, answer),
    } satisfies IServerFeaturesServer);
    this.server.addService(UsersService, usersService(this));
  }

  private features(call: Call, answer: sendUnaryData<SupportedMethods>): void {
    this.count(call, 'features');
    if (this.faults.take('features')?.fault.kind === 'silent') return;
    const { version = '24.10.4' } = this.options;
    if (version === 'untold') return answer(failure(status.UNIMPLEMENTED, 'Service is unimplemented.'));
    const method = new SupportedMethod()
      .setServiceName('event_store.client.streams.streams')
      .setMethodName('batchappend')
      .setFeaturesList(['deadline_duration']);
    answer(null, new SupportedMethods().setEventStoreServerVersion(version).setMethodsList([method]));
  }

  /** A connection string without options. Those of a user go before the host. */
  url(user = ''): string {
    const [host, tls] = this.options.tls ? ['localhost', 'true'] : ['127.0.0.1', 'false'];
    return `esdb://${user}${host}:${this.port}?tls=${tls}`;
  }

  count(call: Call, operation: Operation): void {
    this.calls[operation] += 1;
    this.lastRequiredLeader = call.metadata.get('requires-leader').length > 0;
    if (operation !== 'read' && operation !== 'subscribe') return;
    this.open.add(call);
    for (const event of ['cancelled', 'close', 'end'] as const) call.on(event, () => this.open.delete(call));
  }

  /** Undefined when the caller may. */
  refusalOf(
    call: Call,
    right: Extract<Right, '$r' | '$w' | '$d'>,
    stream: string,
  ): Partial<ServiceError> | undefined {
    const roles = this.access.rolesOf(call.metadata.get('authorization')[0]?.toString());
    if (!roles) return failure(status.UNAUTHENTICATED, 'Authentication failed.');
    this.lastRoles = roles;
    return this.access.allows(roles, right, stream) ? undefined : accessDenied();
  }

  notLeader({ host, port }: Extract<Fault, { kind: 'not leader' }>): Partial<ServiceError> {
    return failure(status.NOT_FOUND, `Leader info available: ${host}:${port}`, {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    });
  }

  /** Ends all subscriptions: in good order, or with a status. */
  endSubscriptions(code?: number): void {
    for (const call of [...this.subscriptions]) {
      this.subscriptions.delete(call);
      if (code === undefined) call.end();
      else call.emit('error', failure(code, 'An error of the server.'));
    }
  }

  /** Lets go of every connection, whatever is open on it. */
  async stop(): Promise<void> {
    this.server.forceShutdown();
    await new Promise(resolve => setImmediate(resolve));
  }
}
