import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import {
  ChangeTrialDetails,
  ChangeTrialStatus,
  CorrectTrialStatus,
  DefineTrial,
  PublishProtocolVersion,
} from './protocol.commands';
import { ListProtocolVersions, ReadProtocolVersion, ReadTrial } from './protocol.queries';

@Controller('trials/:trial')
export class ProtocolController {
  @Get()
  read(@Edge() edge: EdgeRequest, @Query() query: ReadTrial) {
    return edge.ask(query);
  }

  @Post()
  define(@Edge() edge: EdgeRequest, @Body() command: DefineTrial) {
    return edge.submit(command);
  }

  @Post('details')
  changeDetails(@Edge() edge: EdgeRequest, @Body() command: ChangeTrialDetails) {
    return edge.submit(command);
  }

  @Post('status')
  changeStatus(@Edge() edge: EdgeRequest, @Body() command: ChangeTrialStatus) {
    return edge.submit(command);
  }

  @Post('status/corrections')
  correctStatus(@Edge() edge: EdgeRequest, @Body() command: CorrectTrialStatus) {
    return edge.submit(command);
  }

  @Get('protocol')
  readVersion(@Edge() edge: EdgeRequest, @Query() query: ReadProtocolVersion) {
    return edge.ask(query);
  }

  @Get('protocol/versions')
  listVersions(@Edge() edge: EdgeRequest, @Query() query: ListProtocolVersions) {
    return edge.ask(query);
  }

  @Post('protocol/versions')
  publishVersion(@Edge() edge: EdgeRequest, @Body() command: PublishProtocolVersion) {
    return edge.submit(command);
  }
}
