import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { AssessDeviation, CloseDeviation, RaiseDeviation } from './deviations.commands';
import { ListDeviations } from './participants.queries';

@Controller('trials/:trial')
export class DeviationsController {
  @Get('deviations')
  list(@Edge() edge: EdgeRequest, @Query() query: ListDeviations) {
    return edge.ask(query);
  }

  @Post('participants/:participant/deviations')
  raiseOfParticipant(@Edge() edge: EdgeRequest, @Body() command: RaiseDeviation) {
    return edge.submit(command);
  }

  @Post('sites/:site/deviations')
  raiseOfSite(@Edge() edge: EdgeRequest, @Body() command: RaiseDeviation) {
    return edge.submit(command);
  }

  @Post('sites/:site/deviations/:deviation/assessments')
  assess(@Edge() edge: EdgeRequest, @Body() command: AssessDeviation) {
    return edge.submit(command);
  }

  @Post('sites/:site/deviations/:deviation/closing')
  close(@Edge() edge: EdgeRequest, @Body() command: CloseDeviation) {
    return edge.submit(command);
  }
}
