import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import {
  InfusionsController,
  ParticipantInfusionsController,
  TreatmentController,
} from './treatment.controller';
import { ProductRecallsController } from './recall/recall.controller';
import { recallQueries } from './recall/recall.queries';
import { recallCommands } from './recall/recall.table';
import { treatmentQueries } from './treatment.queries';
import { treatmentCommands } from './treatment.table';

@Module({
  controllers: [
    InfusionsController,
    TreatmentController,
    ParticipantInfusionsController,
    ProductRecallsController,
  ],
  providers: [
    ...commandHandlers([...treatmentCommands, ...recallCommands]),
    ...queryHandlers([...treatmentQueries, ...recallQueries]),
  ],
})
export class TreatmentModule {}
