import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { CorrectProductRecallValue, LiftProductRecall, RecallProduct } from './recall.commands';
import { ListProductRecalls, TraceProductRecall } from './recall.queries';

@Controller('trials/:trial/product-recalls')
export class ProductRecallsController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListProductRecalls) {
    return edge.ask(query);
  }

  @Post()
  recall(@Edge() edge: EdgeRequest, @Body() command: RecallProduct) {
    return edge.submit(command);
  }

  @Post('corrections')
  correct(@Edge() edge: EdgeRequest, @Body() command: CorrectProductRecallValue) {
    return edge.submit(command);
  }

  @Get(':recall')
  trace(@Edge() edge: EdgeRequest, @Query() query: TraceProductRecall) {
    return edge.ask(query);
  }

  @Post(':recall/lifting')
  lift(@Edge() edge: EdgeRequest, @Body() command: LiftProductRecall) {
    return edge.submit(command);
  }
}
