import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { edgeProviders } from '@platform/http';
import { LedgerModule, type LedgerOptions } from '../../composition/src/ledger.module';
import { HealthController } from './health.controller';
import { Metrics } from './metrics';

/** The HTTP door of the ledger. Authentication guards every route that is not marked public (see access). */
@Module({})
export class ApiModule {
  static async with(options: LedgerOptions, metrics: Metrics): Promise<DynamicModule> {
    return {
      module: ApiModule,
      imports: [DiscoveryModule, await LedgerModule.embedded(options)],
      controllers: [HealthController],
      providers: [...edgeProviders(), { provide: Metrics, useValue: metrics }],
    };
  }
}
