import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { DefineStoppingRule, RetireStoppingRule, ReviewStoppingSignal } from './stopping.commands';
import { ListStoppingRules } from './stopping.queries';

@Controller('trials/:trial/stopping-rules')
export class StoppingRulesController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListStoppingRules) {
    return edge.ask(query);
  }

  @Post()
  define(@Edge() edge: EdgeRequest, @Body() command: DefineStoppingRule) {
    return edge.submit(command);
  }

  @Post(':rule/retirement')
  retire(@Edge() edge: EdgeRequest, @Body() command: RetireStoppingRule) {
    return edge.submit(command);
  }

  @Post('signals/:signal/reviews')
  review(@Edge() edge: EdgeRequest, @Body() command: ReviewStoppingSignal) {
    return edge.submit(command);
  }
}
