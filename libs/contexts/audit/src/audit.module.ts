import { Module } from '@nestjs/common';
import { queryHandlers } from '@platform/commands';
import { AuditController } from './audit.controller';
import { auditQueries } from './audit.queries';

@Module({ controllers: [AuditController], providers: queryHandlers(auditQueries) })
export class AuditModule {}
