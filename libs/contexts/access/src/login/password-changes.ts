import {
  AccessRefused,
  CommandRejected,
  IdempotencyKeyReused,
  Gate,
  commandRowOf,
  type Receipt,
  type Submission,
} from '@platform/commands';
import type { Ids } from '@platform/kernel';
import type { SecretStore } from '@platform/secrets';
import type { ChangeOwnPassword, SetPassword } from '../access.commands';
import { rolePolicy } from '../callers';
import type { AccountReader } from './account-reader';
import { checkPassword, type Passwords } from './passwords';

/** Sets passwords: the hash in the credential store, the fact in the log. */
export class PasswordChanges {
  constructor(
    private readonly gate: Gate,
    private readonly accounts: AccountReader,
    private readonly credentials: SecretStore,
    private readonly passwords: Passwords,
    private readonly ids: Ids,
  ) {}

  /**
   * The hash goes first, under the command's id. If we die before the event, no log names the hash and the old
   * password goes on; the command, sent again, finds the hash and writes the event. Hashes of earlier passwords go
   * last; if we die before that, the next change takes them along.
   * @throws InputInvalid | IdempotencyKeyReused, or whatever `Gate.submit` throws
   */
  async set(command: SetPassword | ChangeOwnPassword, password: string, from: Submission): Promise<Receipt> {
    const user = from.target.user ?? '';
    const submission = { ...from, commandId: from.commandId ?? this.ids.next() };
    const { commandId } = submission;
    const { permission } = commandRowOf(command);
    // Who may not do this is refused, and written down, before anything is computed or kept for them.
    if (!rolePolicy.grant(from.caller, permission, from.target)) return this.gate.submit(command, submission);
    checkPassword(password, user);
    const hash = await this.passwords.hash(password);
    const kept = await this.credentials.keep(commandId, hash);
    if (kept !== hash && !(await this.passwords.matches(kept, password)))
      throw new IdempotencyKeyReused(commandId);
    try {
      const receipt = await this.gate.submit(command, submission);
      await this.forgetSuperseded(user);
      return receipt;
    } catch (error) {
      const refused = error instanceof CommandRejected || error instanceof AccessRefused;
      if (refused && kept === hash) await this.credentials.forget([commandId]);
      throw error;
    }
  }

  /** Removes the hashes that the account's log has replaced or ended. */
  async forgetSuperseded(user: string): Promise<void> {
    await this.credentials.forget((await this.accounts.stateOf(user)).superseded);
  }
}
