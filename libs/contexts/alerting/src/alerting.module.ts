import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { alertingQueries } from './alerting.queries';
import { alertingCommands } from './alerting.table';
import { AlertsController } from './alerts.controller';
import { ContactsController } from './contacts.controller';
import { AlertOffice } from './running/alert-office';
import { AlertStreams } from './running/alert-streams';
import { ALERTING_OPTIONS, type AlertingOptions } from './running/alerting-options';
import { CONTACT_SECRETS, SqliteContactSecrets, type ContactSecrets } from './running/contact-secrets';

@Module({
  controllers: [AlertsController, ContactsController],
  providers: [
    ...commandHandlers(alertingCommands),
    ...queryHandlers(alertingQueries),
    {
      provide: CONTACT_SECRETS,
      useFactory: ({ dataFolder }: AlertingOptions) => new SqliteContactSecrets(dataFolder),
      inject: [ALERTING_OPTIONS],
    },
    AlertStreams,
    AlertOffice,
  ],
})
export class AlertingModule implements OnApplicationShutdown {
  constructor(@Inject(CONTACT_SECRETS) private readonly secrets: ContactSecrets) {}

  onApplicationShutdown(): void {
    this.secrets.close();
  }
}
