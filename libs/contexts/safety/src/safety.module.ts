import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { AdverseEventsController, ParticipantAdverseEventsController } from './safety.controller';
import { safetyQueries } from './safety.queries';
import { safetyCommands } from './safety.table';

@Module({
  controllers: [AdverseEventsController, ParticipantAdverseEventsController],
  providers: [...commandHandlers(safetyCommands), ...queryHandlers(safetyQueries)],
})
export class SafetyModule {}
