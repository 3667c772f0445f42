import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { SignData, WithdrawSignature } from './signing.commands';
import { ListSignatures, ReadSignatures, VerifySignature } from './signing.queries';

@Controller('trials/:trial')
export class SigningController {
  @Get('signatures')
  list(@Edge() edge: EdgeRequest, @Query() query: ListSignatures) {
    return edge.ask(query);
  }

  @Get('participants/:participant/signatures')
  read(@Edge() edge: EdgeRequest, @Query() query: ReadSignatures) {
    return edge.ask(query);
  }

  @Post('participants/:participant/signatures')
  sign(@Edge() edge: EdgeRequest, @Body() command: SignData) {
    return edge.submit(command);
  }

  @Post('participants/:participant/signatures/:signature/withdrawal')
  withdraw(@Edge() edge: EdgeRequest, @Body() command: WithdrawSignature) {
    return edge.submit(command);
  }

  @Get('participants/:participant/signatures/:signature/verification')
  verify(@Edge() edge: EdgeRequest, @Query() query: VerifySignature) {
    return edge.ask(query);
  }
}
