import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { AdverseEventsController, ParticipantAdverseEventsController } from './safety.controller';
import { RecallAdverseEventsController } from './recall/recall.controller';
import { recallQueries } from './recall/recall.queries';
import { safetyQueries } from './safety.queries';
import { safetyCommands } from './safety.table';
import { StoppingRulesController } from './stopping/stopping.controller';
import { stoppingQueries } from './stopping/stopping.queries';
import { stoppingCommands } from './stopping/stopping.table';
import { SafetyTabulationController } from './tabulation/tabulation.controller';
import { tabulationQueries } from './tabulation/tabulation.queries';

@Module({
  controllers: [
    AdverseEventsController,
    ParticipantAdverseEventsController,
    SafetyTabulationController,
    StoppingRulesController,
    RecallAdverseEventsController,
  ],
  providers: [
    ...commandHandlers([...safetyCommands, ...stoppingCommands]),
    ...queryHandlers([...safetyQueries, ...tabulationQueries, ...stoppingQueries, ...recallQueries]),
  ],
})
export class SafetyModule {}
