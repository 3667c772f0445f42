import { Gate, type Submission } from '@platform/commands';
import type { SecretStore } from '@platform/secrets';
import { GrantRole, OpenAccount, SetPassword } from './access.commands';
import { operatorCaller } from './callers';
import type { AccountProfile } from './domain/account';
import type { AccountRoleAssignment } from './domain/assignment';
import type { AccountReader } from './login/account-reader';
import type { PasswordChanges } from './login/password-changes';
import { randomPassword } from './login/secrets';

export interface NewAccount extends AccountProfile {
  readonly user: string;
  readonly roles: readonly AccountRoleAssignment[];
  /** Whether the holder must choose an own password first. */
  readonly temporary: boolean;
}

/** What can be told once, and never again. */
export interface OpenedAccount {
  readonly user: string;
  readonly password: string;
}

/** The first administrator's id. */
export const firstAdministrator = 'administrator-01';

/** Opens accounts from the machine's command line, where nobody can log in yet: at the start of a data folder. */
export class AccountOpening {
  constructor(
    private readonly gate: Gate,
    private readonly accounts: AccountReader,
    private readonly credentials: SecretStore,
    private readonly passwords: PasswordChanges,
  ) {}

  /**
   * The first account of a data folder, an administrator of everything, with a random password. Undefined when it has
   * been opened before and can log in. If we died on the way, or the credentials were lost, calling it again
   * completes it.
   */
  async openFirstAdministrator(): Promise<OpenedAccount | undefined> {
    const { status, password } = await this.accounts.stateOf(firstAdministrator);
    if (status === 'locked' || status === 'closed') return undefined;
    if (password && (await this.credentials.secretOf(password.credential)) !== undefined) return undefined;
    return this.open({
      user: firstAdministrator,
      printedName: 'First administrator',
      roles: [{ role: 'administrator', trial: '*', sites: 'all' }],
      temporary: true,
    });
  }

  /** @throws CommandRejected when a decision says no */
  async open({ user, printedName, organisation, roles, temporary }: NewAccount): Promise<OpenedAccount> {
    const submission: Submission = { caller: operatorCaller(), target: { user }, source: 'person' };
    await this.gate.submit(Object.assign(new OpenAccount(), { printedName, organisation }), submission);
    for (const role of roles) await this.gate.submit(Object.assign(new GrantRole(), role), submission);
    const password = randomPassword();
    await this.passwords.set(Object.assign(new SetPassword(), { temporary }), password, submission);
    return { user, password };
  }
}
