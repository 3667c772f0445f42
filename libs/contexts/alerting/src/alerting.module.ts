import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { VAULT, type Vault } from '@platform/secrets';
import { alertingQueries } from './alerting.queries';
import { alertingCommands } from './alerting.table';
import { AlertsController } from './alerts.controller';
import { ContactsController } from './contacts.controller';
import { AlertOffice } from './running/alert-office';
import { AlertStreams } from './running/alert-streams';
import { CONTACT_SECRETS, contactSecretKind } from './running/contact-secrets';

@Module({
  controllers: [AlertsController, ContactsController],
  providers: [
    ...commandHandlers(alertingCommands),
    ...queryHandlers(alertingQueries),
    {
      provide: CONTACT_SECRETS,
      useFactory: (vault: Vault) => vault.of(contactSecretKind),
      inject: [VAULT],
    },
    AlertStreams,
    AlertOffice,
  ],
})
export class AlertingModule {}
