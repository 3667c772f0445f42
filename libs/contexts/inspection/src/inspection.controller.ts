import { Controller, Get, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { ReadCasebook, ReadSiteBoard, ReadTrialBoard } from './inspection.queries';

/** What was known at any moment: `?asOf=` takes a position, an instant or a day. */
@Controller('trials/:trial')
export class InspectionController {
  @Get('participants/:participant/casebook')
  casebook(@Edge() edge: EdgeRequest, @Query() query: ReadCasebook) {
    return edge.ask(query);
  }

  @Get('sites/:site/board')
  siteBoard(@Edge() edge: EdgeRequest, @Query() query: ReadSiteBoard) {
    return edge.ask(query);
  }

  @Get('board')
  board(@Edge() edge: EdgeRequest, @Query() query: ReadTrialBoard) {
    return edge.ask(query);
  }
}
