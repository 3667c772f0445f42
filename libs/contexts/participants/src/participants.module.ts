import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { deviationCommands } from './deviations.commands';
import { DeviationsController } from './deviations.controller';
import { ParticipantsController } from './participants.controller';
import { participantQueries } from './participants.queries';
import { participantCommands } from './participants.table';

@Module({
  controllers: [ParticipantsController, DeviationsController],
  providers: [
    ...commandHandlers([...participantCommands, ...deviationCommands]),
    ...queryHandlers(participantQueries),
  ],
})
export class ParticipantsModule {}
