import type { JSONType } from '@eventstore/db-client';
import type { UsersClient } from '@eventstore/db-client/generated/users_grpc_pb';
import { canonicalJson } from '@platform/kernel';
import type { EventStoreAddress } from './address';
import { readFailure, wireFailureOf } from './failures';
import { LogClient } from './log-client';
import { loadUsers } from './packages';
import { EventStoreUnfit } from './start-checks';

/** What the client keeps to itself, and has no method of its own for. */
interface Internals {
  callArguments(options: { readonly credentials: EventStoreAddress['credentials'] }): [never, never];
  execute<Result>(
    kind: typeof UsersClient,
    name: string,
    call: (users: UsersClient) => Promise<Result>,
  ): Promise<Result>;
}

type Answer = (error: (Error & { readonly metadata?: unknown }) | null) => void;

/** An administrator's calls. */
export class AdminClient extends LogClient {
  /** @returns whether there was none of this name */
  async createUser({ credentials: { username, password } }: EventStoreAddress): Promise<boolean> {
    const { CreateReq } = loadUsers();
    const options = new CreateReq.Options().setLoginName(username).setPassword(password);
    const request = new CreateReq().setOptions(options.setFullName('Trial Ledger'));
    try {
      await this.call((users, ...given) => users.create(request, ...given));
      return true;
    } catch (error) {
      if (trailerOf(error) === 'user-conflict') return false;
      throw refusedOr(error, this.address);
    }
  }

  async setPassword({ credentials: { username, password } }: EventStoreAddress): Promise<void> {
    const { ResetPasswordReq } = loadUsers();
    const options = new ResetPasswordReq.Options().setLoginName(username).setNewPassword(password);
    const request = new ResetPasswordReq().setOptions(options);
    await this.call((users, ...given) => users.resetPassword(request, ...given));
  }

  /** Default rights: streams of the application are written by its user, and lost by administrators only. */
  setRights(user: string): Promise<'set' | 'unchanged'> {
    const admins = ['$admins'];
    const own = ['$admins', user];
    return this.write('$settings', 'update-default-acl', {
      $userStreamAcl: { $r: own, $w: own, $d: admins, $mr: own, $mw: admins },
      $systemStreamAcl: { $r: admins, $w: admins, $d: admins, $mr: admins, $mw: admins },
    });
  }

  /** The log as a whole is a stream of the system's, which nobody else may read unless it says so itself. */
  setReaders(user: string): Promise<'set' | 'unchanged'> {
    return this.write('$$$all', '$metadata', { $acl: { $r: ['$admins', user] } });
  }

  private async write(stream: string, type: string, data: JSONType): Promise<'set' | 'unchanged'> {
    const { credentials } = this.address;
    try {
      const [last] = await this.readStream(stream, { from: 'end', count: 1, backwards: true }).catch(none);
      if (last && canonicalJson(last.data) === canonicalJson(data)) return 'unchanged';
      await this.use().appendToStream(stream, [this.package.jsonEvent({ type, data })], {
        credentials,
        requiresLeader: true,
      });
      return 'set';
    } catch (error) {
      throw refusedOr(error, this.address);
    }
  }

  private call(make: (users: UsersClient, ...given: [never, never, Answer]) => unknown): Promise<void> {
    const internals = this.use() as unknown as Internals;
    const { credentials } = this.address;
    return internals.execute(loadUsers().UsersClient, 'users', users => {
      const given = internals.callArguments({ credentials });
      return new Promise((resolve, reject) => {
        make(users, ...given, error => (error ? reject(error) : resolve()));
      });
    });
  }
}

/** There is no such stream yet. */
function none(error: unknown): never[] {
  if (wireFailureOf(error).kind === 'no such stream') return [];
  throw error;
}

/** The server's own name of an error, where the client has no class for it. */
const trailerOf = (error: unknown): string | undefined =>
  (error as { readonly metadata?: { get(key: string): unknown[] } }).metadata
    ?.get('exception')[0]
    ?.toString();

const refusedOr = (error: unknown, { hosts }: EventStoreAddress): Error =>
  wireFailureOf(error).kind === 'refused'
    ? new EventStoreUnfit(
        `The server at ${hosts} does not take this user for an administrator; correct user and password.`,
      )
    : readFailure(error);
