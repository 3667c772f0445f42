import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { AdverseEventsController, ParticipantAdverseEventsController } from './safety.controller';
import { safetyQueries } from './safety.queries';
import { safetyCommands } from './safety.table';
import { SafetyTabulationController } from './tabulation/tabulation.controller';
import { tabulationQueries } from './tabulation/tabulation.queries';

@Module({
  controllers: [AdverseEventsController, ParticipantAdverseEventsController, SafetyTabulationController],
  providers: [...commandHandlers(safetyCommands), ...queryHandlers([...safetyQueries, ...tabulationQueries])],
})
export class SafetyModule {}
