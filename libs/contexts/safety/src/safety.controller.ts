import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import {
  AssessCausality,
  AssessCausalityAsSponsor,
  AssessExpectedness,
  AssessSeriousness,
  AssessSeverity,
  RecordActionTaken,
  RecordAdverseEventOutcome,
} from './assessments.commands';
import {
  AmendAdverseEvent,
  CorrectAdverseEventValue,
  ReportAdverseEvent,
  VoidAdverseEvent,
} from './safety.commands';
import { ListAdverseEvents, ReadAdverseEvent } from './safety.queries';

/** The adverse events of a whole trial. */
@Controller('trials/:trial/adverse-events')
export class AdverseEventsController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListAdverseEvents) {
    return edge.ask(query);
  }
}

@Controller('trials/:trial/participants/:participant/adverse-events')
export class ParticipantAdverseEventsController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListAdverseEvents) {
    return edge.ask(query);
  }

  @Post()
  report(@Edge() edge: EdgeRequest, @Body() command: ReportAdverseEvent) {
    return edge.submit(command);
  }

  @Get(':adverseEvent')
  read(@Edge() edge: EdgeRequest, @Query() query: ReadAdverseEvent) {
    return edge.ask(query);
  }

  @Post(':adverseEvent/amendments')
  amend(@Edge() edge: EdgeRequest, @Body() command: AmendAdverseEvent) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/severity')
  assessSeverity(@Edge() edge: EdgeRequest, @Body() command: AssessSeverity) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/seriousness')
  assessSeriousness(@Edge() edge: EdgeRequest, @Body() command: AssessSeriousness) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/causality')
  assessCausality(@Edge() edge: EdgeRequest, @Body() command: AssessCausality) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/sponsor-causality')
  assessCausalityAsSponsor(@Edge() edge: EdgeRequest, @Body() command: AssessCausalityAsSponsor) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/expectedness')
  assessExpectedness(@Edge() edge: EdgeRequest, @Body() command: AssessExpectedness) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/outcome')
  recordOutcome(@Edge() edge: EdgeRequest, @Body() command: RecordAdverseEventOutcome) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/actions')
  recordActionTaken(@Edge() edge: EdgeRequest, @Body() command: RecordActionTaken) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/void')
  void(@Edge() edge: EdgeRequest, @Body() command: VoidAdverseEvent) {
    return edge.submit(command);
  }

  @Post(':adverseEvent/corrections')
  correct(@Edge() edge: EdgeRequest, @Body() command: CorrectAdverseEventValue) {
    return edge.submit(command);
  }
}
