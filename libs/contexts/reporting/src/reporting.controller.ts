import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import {
  ActivateRuleSet,
  DeactivateRuleSet,
  FulfilObligation,
  FulfilObligationAsInvestigator,
  OpenObligation,
  ReanchorObligation,
  WaiveObligation,
} from './reporting.commands';
import { ListObligations, ListReportingRules, ReadClocks } from './reporting.queries';

/** The rules that a trial reports by. */
@Controller('trials/:trial/reporting-rules')
export class ReportingRulesController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListReportingRules) {
    return edge.ask(query);
  }

  @Post('activations')
  activate(@Edge() edge: EdgeRequest, @Body() command: ActivateRuleSet) {
    return edge.submit(command);
  }

  @Post('deactivations')
  deactivate(@Edge() edge: EdgeRequest, @Body() command: DeactivateRuleSet) {
    return edge.submit(command);
  }
}

@Controller('trials/:trial')
export class ObligationsController {
  @Get('obligations')
  list(@Edge() edge: EdgeRequest, @Query() query: ListObligations) {
    return edge.ask(query);
  }

  @Get('participants/:participant/adverse-events/:adverseEvent/clocks')
  clocks(@Edge() edge: EdgeRequest, @Query() query: ReadClocks) {
    return edge.ask(query);
  }

  @Post('participants/:participant/obligations')
  openOfParticipant(@Edge() edge: EdgeRequest, @Body() command: OpenObligation) {
    return edge.submit(command);
  }

  @Post('sites/:site/obligations')
  openOfSite(@Edge() edge: EdgeRequest, @Body() command: OpenObligation) {
    return edge.submit(command);
  }

  @Post('sites/:site/reporting-cases/:reportingCase/obligations/:obligation/anchor')
  reanchor(@Edge() edge: EdgeRequest, @Body() command: ReanchorObligation) {
    return edge.submit(command);
  }

  @Post('sites/:site/reporting-cases/:reportingCase/obligations/:obligation/fulfilment')
  fulfil(@Edge() edge: EdgeRequest, @Body() command: FulfilObligation) {
    return edge.submit(command);
  }

  @Post('sites/:site/reporting-cases/:reportingCase/obligations/:obligation/investigator-fulfilment')
  fulfilAsInvestigator(@Edge() edge: EdgeRequest, @Body() command: FulfilObligationAsInvestigator) {
    return edge.submit(command);
  }

  @Post('sites/:site/reporting-cases/:reportingCase/obligations/:obligation/waiver')
  waive(@Edge() edge: EdgeRequest, @Body() command: WaiveObligation) {
    return edge.submit(command);
  }
}
