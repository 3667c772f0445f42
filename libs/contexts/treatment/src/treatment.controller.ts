import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import {
  CancelInfusion,
  ChangeInfusionPlan,
  EndInfusion,
  PauseInfusion,
  PlanInfusion,
  RecordInfusionReaction,
  RecordInfusionVitalSigns,
  RecordPremedication,
  RecordThaw,
  ResolveInfusionReaction,
  ResumeInfusion,
  StartInfusion,
  StartInfusionDespiteGates,
  StopInfusion,
  VerifyInfusionIdentity,
} from './infusions.commands';
import { CorrectTreatmentValue, RecordAdministration, RecordDrugDose } from './treatment.commands';
import { ListInfusions, ReadTreatment } from './treatment.queries';

const participant = 'trials/:trial/participants/:participant';

/** What a trial gives, over all its participants. */
@Controller('trials/:trial/infusions')
export class InfusionsController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListInfusions) {
    return edge.ask(query);
  }
}

@Controller(`${participant}/treatment`)
export class TreatmentController {
  @Get()
  read(@Edge() edge: EdgeRequest, @Query() query: ReadTreatment) {
    return edge.ask(query);
  }

  @Post('drug-doses')
  recordDrugDose(@Edge() edge: EdgeRequest, @Body() command: RecordDrugDose) {
    return edge.submit(command);
  }

  @Post('administrations')
  recordAdministration(@Edge() edge: EdgeRequest, @Body() command: RecordAdministration) {
    return edge.submit(command);
  }

  @Post('corrections')
  correct(@Edge() edge: EdgeRequest, @Body() command: CorrectTreatmentValue) {
    return edge.submit(command);
  }
}

@Controller(`${participant}/infusions`)
export class ParticipantInfusionsController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListInfusions) {
    return edge.ask(query);
  }

  @Post()
  plan(@Edge() edge: EdgeRequest, @Body() command: PlanInfusion) {
    return edge.submit(command);
  }

  @Post(':infusion/plan')
  changePlan(@Edge() edge: EdgeRequest, @Body() command: ChangeInfusionPlan) {
    return edge.submit(command);
  }

  @Post(':infusion/cancellation')
  cancel(@Edge() edge: EdgeRequest, @Body() command: CancelInfusion) {
    return edge.submit(command);
  }

  @Post(':infusion/thaws')
  recordThaw(@Edge() edge: EdgeRequest, @Body() command: RecordThaw) {
    return edge.submit(command);
  }

  @Post(':infusion/identity-checks')
  verifyIdentity(@Edge() edge: EdgeRequest, @Body() command: VerifyInfusionIdentity) {
    return edge.submit(command);
  }

  @Post(':infusion/premedications')
  recordPremedication(@Edge() edge: EdgeRequest, @Body() command: RecordPremedication) {
    return edge.submit(command);
  }

  @Post(':infusion/start')
  start(@Edge() edge: EdgeRequest, @Body() command: StartInfusion) {
    return edge.submit(command);
  }

  @Post(':infusion/start-despite-gates')
  startDespiteGates(@Edge() edge: EdgeRequest, @Body() command: StartInfusionDespiteGates) {
    return edge.submit(command);
  }

  @Post(':infusion/pause')
  pause(@Edge() edge: EdgeRequest, @Body() command: PauseInfusion) {
    return edge.submit(command);
  }

  @Post(':infusion/resume')
  resume(@Edge() edge: EdgeRequest, @Body() command: ResumeInfusion) {
    return edge.submit(command);
  }

  @Post(':infusion/stop')
  stop(@Edge() edge: EdgeRequest, @Body() command: StopInfusion) {
    return edge.submit(command);
  }

  @Post(':infusion/end')
  end(@Edge() edge: EdgeRequest, @Body() command: EndInfusion) {
    return edge.submit(command);
  }

  @Post(':infusion/vital-signs')
  recordVitalSigns(@Edge() edge: EdgeRequest, @Body() command: RecordInfusionVitalSigns) {
    return edge.submit(command);
  }

  @Post(':infusion/reactions')
  recordReaction(@Edge() edge: EdgeRequest, @Body() command: RecordInfusionReaction) {
    return edge.submit(command);
  }

  @Post(':infusion/reactions/:reaction/resolution')
  resolveReaction(@Edge() edge: EdgeRequest, @Body() command: ResolveInfusionReaction) {
    return edge.submit(command);
  }
}
