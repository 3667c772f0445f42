import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { protocolCommands } from './protocol.commands';
import { ProtocolController } from './protocol.controller';
import { protocolQueries } from './protocol.queries';

@Module({
  controllers: [ProtocolController],
  providers: [...commandHandlers(protocolCommands), ...queryHandlers(protocolQueries)],
})
export class ProtocolModule {}
