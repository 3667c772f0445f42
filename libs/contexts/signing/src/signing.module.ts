import { Module } from '@nestjs/common';
import { commandHandlers, queryHandlers } from '@platform/commands';
import { signingCommands } from './signing.commands';
import { SigningController } from './signing.controller';
import { signingQueries } from './signing.queries';

@Module({
  controllers: [SigningController],
  providers: [...commandHandlers(signingCommands), ...queryHandlers(signingQueries)],
})
export class SigningModule {}
