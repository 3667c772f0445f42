import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  ACCESS_JOURNAL,
  ACCESS_POLICY,
  Gate,
  SIGNATURE_CHECK,
  commandHandlers,
  queryHandlers,
} from '@platform/commands';
import { EVENT_LOG, type EventLog } from '@platform/event-log';
import { CLOCK, IDS, type Clock, type Ids } from '@platform/kernel';
import { VAULT, type Vault } from '@platform/secrets';
import { accessCommands } from './access.commands';
import { accessQueries } from './access.queries';
import { AccountsController } from './accounts.controller';
import { AuthController } from './auth.controller';
import { rolePolicy } from './callers';
import { LoggedAccessJournal } from './journal/access-journal';
import { DayJournal } from './journal/day-journal';
import { AccountReader } from './login/account-reader';
import { LoginAttempts, type AttemptLimits, type SharedCounts } from './login/attempts';
import { AuthGuard } from './login/auth.guard';
import { CREDENTIALS, credentialKind } from './login/credentials';
import { PasswordChanges } from './login/password-changes';
import { PasswordCheck } from './password/password-check';
import { PasswordLogin } from './password/password-login';
import { PasswordSignatures } from './password/password-signatures';
import { Passwords } from './login/passwords';
import { Sessions } from './login/sessions';
import { FileSigningKeys, sharedSigningKeys, SIGNING_KEYS, type SigningKeys } from './login/signing-keys';
import { AccessTokens } from './login/tokens';
import { AccountOpening } from './opening';

/** What the host tells this context. Provided by the host, in a global module, under `ACCESS_OPTIONS`. */
export interface AccessOptions {
  /** Folder of the signing key, where it is not shared between machines. */
  readonly dataFolder: string;
  /** Name and version of the software, for the trail. */
  readonly software: string;
  /** Who issues tokens and whom they are for; a deployment's own when several trust one key. */
  readonly issuer?: string;
  readonly audience?: string;
  readonly limits?: AttemptLimits;
  /** Where hosts count failed logins together; each for itself unless given. */
  readonly counts?: Omit<SharedCounts, 'fingerprint'>;
}

export const ACCESS_OPTIONS = Symbol('AccessOptions');

/** Accounts, sessions, the policy and the journal. The guard stands before all routes of the host. */
@Global()
@Module({
  controllers: [AuthController, AccountsController],
  providers: [
    ...commandHandlers(accessCommands),
    ...queryHandlers(accessQueries),
    { provide: ACCESS_POLICY, useValue: rolePolicy },
    {
      provide: DayJournal,
      useFactory: (log: EventLog, clock: Clock, ids: Ids, { software }: AccessOptions) =>
        new DayJournal({ log, clock, ids, software }),
      inject: [EVENT_LOG, CLOCK, IDS, ACCESS_OPTIONS],
    },
    {
      provide: ACCESS_JOURNAL,
      useFactory: (journal: DayJournal) => new LoggedAccessJournal(journal),
      inject: [DayJournal],
    },
    {
      provide: CREDENTIALS,
      useFactory: (vault: Vault) => vault.of(credentialKind),
      inject: [VAULT],
    },
    {
      provide: SIGNING_KEYS,
      useFactory: (vault: Vault, { dataFolder }: AccessOptions): SigningKeys | Promise<SigningKeys> =>
        vault.isShared ? sharedSigningKeys(vault) : new FileSigningKeys(dataFolder),
      inject: [VAULT, ACCESS_OPTIONS],
    },
    {
      provide: AccessTokens,
      useFactory: (keys: SigningKeys, clock: Clock, ids: Ids, options: AccessOptions) => {
        const { issuer = 'trial-ledger', audience = 'trial-ledger' } = options;
        return new AccessTokens({ keys, clock, ids, issuer, audience });
      },
      inject: [SIGNING_KEYS, CLOCK, IDS, ACCESS_OPTIONS],
    },
    Passwords,
    AccountReader,
    {
      provide: LoginAttempts,
      useFactory: ({ limits, counts }: AccessOptions, keys: SigningKeys) =>
        new LoginAttempts(limits, counts && { ...counts, fingerprint: text => keys.fingerprint(text) }),
      inject: [ACCESS_OPTIONS, SIGNING_KEYS],
    },
    {
      provide: Sessions,
      useFactory: (...parts: ConstructorParameters<typeof Sessions>) => new Sessions(...parts),
      inject: [AccessTokens, AccountReader, DayJournal, CLOCK],
    },
    {
      provide: PasswordCheck,
      useFactory: (...parts: ConstructorParameters<typeof PasswordCheck>) => new PasswordCheck(...parts),
      inject: [AccountReader, CREDENTIALS, Passwords, LoginAttempts, SIGNING_KEYS],
    },
    {
      provide: PasswordLogin,
      useFactory: (...parts: ConstructorParameters<typeof PasswordLogin>) => new PasswordLogin(...parts),
      inject: [PasswordCheck, DayJournal, SIGNING_KEYS],
    },
    {
      provide: SIGNATURE_CHECK,
      useFactory: (...parts: ConstructorParameters<typeof PasswordSignatures>) =>
        new PasswordSignatures(...parts),
      inject: [PasswordCheck, DayJournal],
    },
    {
      provide: PasswordChanges,
      useFactory: (...parts: ConstructorParameters<typeof PasswordChanges>) => new PasswordChanges(...parts),
      inject: [Gate, AccountReader, CREDENTIALS, Passwords, IDS],
    },
    {
      provide: AccountOpening,
      useFactory: (...parts: ConstructorParameters<typeof AccountOpening>) => new AccountOpening(...parts),
      inject: [Gate, AccountReader, CREDENTIALS, PasswordChanges],
    },
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [ACCESS_POLICY, ACCESS_JOURNAL, SIGNATURE_CHECK, AccountOpening, DayJournal],
})
export class AccessModule {}
