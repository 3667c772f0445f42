import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { siteCommands } from './sites.commands';
import { SitesController } from './sites.controller';
import { siteQueries } from './sites.queries';

@Module({
  controllers: [SitesController],
  providers: [...commandHandlers(siteCommands), ...queryHandlers(siteQueries)],
})
export class SitesModule {}
