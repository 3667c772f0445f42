import { Controller, Get, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { ListRecallAdverseEvents } from './recall.queries';

@Controller('trials/:trial/product-recalls/:recall/adverse-events')
export class RecallAdverseEventsController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListRecallAdverseEvents) {
    return edge.ask(query);
  }
}
