import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import {
  InfusionsController,
  ParticipantInfusionsController,
  TreatmentController,
} from './treatment.controller';
import { treatmentQueries } from './treatment.queries';
import { treatmentCommands } from './treatment.table';

@Module({
  controllers: [InfusionsController, TreatmentController, ParticipantInfusionsController],
  providers: [...commandHandlers(treatmentCommands), ...queryHandlers(treatmentQueries)],
})
export class TreatmentModule {}
