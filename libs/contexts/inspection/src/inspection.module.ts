import { Module } from '@nestjs/common';
import { queryHandlers } from '@platform/commands';
import { InspectionController } from './inspection.controller';
import { inspectionQueries } from './inspection.queries';

@Module({ controllers: [InspectionController], providers: queryHandlers(inspectionQueries) })
export class InspectionModule {}
