import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { ObligationWatch } from './obligation-watch';
import { ObligationsController, ReportingRulesController } from './reporting.controller';
import { reportingQueries } from './reporting.queries';
import { reportingCommands } from './reporting.table';

@Module({
  controllers: [ReportingRulesController, ObligationsController],
  providers: [...commandHandlers(reportingCommands), ...queryHandlers(reportingQueries), ObligationWatch],
  exports: [ObligationWatch],
})
export class ReportingModule {}
