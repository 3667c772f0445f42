import { Module, type DynamicModule } from '@nestjs/common';
import { DAY_ZONES, edgeProviders } from '@platform/http';
import { contextModules } from '../../composition/src/contexts';
import type { Configuration } from '../../composition/src/configuration';
import type { LoginCounts } from '../../composition/src/login-counts';
import { LedgerModule } from '../../composition/src/ledger.module';
import { TrialDayZones } from './day-zones';
import { HealthController } from './health.controller';
import { Metrics } from '../../composition/src/operation/metrics';
import { AppendHealth } from '../../composition/src/operation/observed-log';
import type { ServerEngines } from '../../composition/src/operation/server-engines';
import { ApiDescription, DescriptionController } from './openapi/description.controller';
import { controllersOf } from './openapi/routes';

const ownControllers = [HealthController, DescriptionController];

/** Every controller of this host, in the order in which their modules stand: what the description is made of. */
export const apiControllers = [...ownControllers, ...controllersOf(contextModules)];

/** The HTTP door of the ledger. Authentication guards every route that is not marked public (see access). */
@Module({})
export class ApiModule {
  static on(
    opened: ServerEngines,
    { dataFolder, role = 'all' }: Configuration,
    counts: LoginCounts | undefined,
  ): DynamicModule {
    const { engines, metrics, appends, jobsAreShared } = opened;
    const part = role === 'api' ? 'nothing' : 'work';
    return {
      module: ApiModule,
      imports: [LedgerModule.on(engines, { dataFolder, part, jobsAreShared, counts })],
      controllers: ownControllers,
      providers: [
        ...edgeProviders(),
        { provide: DAY_ZONES, useClass: TrialDayZones },
        { provide: Metrics, useValue: metrics },
        { provide: AppendHealth, useValue: appends },
        { provide: ApiDescription, useValue: new ApiDescription(apiControllers) },
      ],
    };
  }
}
