import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { AllocateParticipantNumber, EnrollParticipant } from './enrollment.commands';
import {
  AttestStatements,
  ChangeParticipantStatus,
  CorrectParticipantValue,
  PrescreenParticipant,
  RecordAssessment,
  RecordDiagnosis,
  RecordLaboratoryResults,
  RecordMeasurements,
  RecordMedicalHistory,
  RecordResponse,
  RecordScreeningDecision,
  RecordVisits,
  SignConsent,
  WithdrawConsent,
} from './participants.commands';
import { EvaluateScreening, ListScreeningLog, ReadParticipant } from './participants.queries';

@Controller('trials/:trial')
export class ParticipantsController {
  /** The number comes first, because a participant's record is found under it. */
  @Post('sites/:site/participant-numbers')
  allocateNumber(@Edge() edge: EdgeRequest, @Body() command: AllocateParticipantNumber) {
    return edge.submit(command);
  }

  @Get('participants')
  list(@Edge() edge: EdgeRequest, @Query() query: ListScreeningLog) {
    return edge.ask(query);
  }

  @Get('participants/:participant')
  read(@Edge() edge: EdgeRequest, @Query() query: ReadParticipant) {
    return edge.ask(query);
  }

  @Post('participants/:participant')
  prescreen(@Edge() edge: EdgeRequest, @Body() command: PrescreenParticipant) {
    return edge.submit(command);
  }

  @Post('participants/:participant/consents')
  signConsent(@Edge() edge: EdgeRequest, @Body() command: SignConsent) {
    return edge.submit(command);
  }

  @Post('participants/:participant/consents/withdrawals')
  withdrawConsent(@Edge() edge: EdgeRequest, @Body() command: WithdrawConsent) {
    return edge.submit(command);
  }

  @Post('participants/:participant/diagnoses')
  recordDiagnosis(@Edge() edge: EdgeRequest, @Body() command: RecordDiagnosis) {
    return edge.submit(command);
  }

  @Post('participants/:participant/laboratory-results')
  recordLaboratoryResults(@Edge() edge: EdgeRequest, @Body() command: RecordLaboratoryResults) {
    return edge.submit(command);
  }

  @Post('participants/:participant/measurements')
  recordMeasurements(@Edge() edge: EdgeRequest, @Body() command: RecordMeasurements) {
    return edge.submit(command);
  }

  @Post('participants/:participant/statements')
  attestStatements(@Edge() edge: EdgeRequest, @Body() command: AttestStatements) {
    return edge.submit(command);
  }

  @Post('participants/:participant/medical-history')
  recordMedicalHistory(@Edge() edge: EdgeRequest, @Body() command: RecordMedicalHistory) {
    return edge.submit(command);
  }

  @Post('participants/:participant/visits')
  recordVisits(@Edge() edge: EdgeRequest, @Body() command: RecordVisits) {
    return edge.submit(command);
  }

  @Get('participants/:participant/screening')
  evaluate(@Edge() edge: EdgeRequest, @Query() query: EvaluateScreening) {
    return edge.ask(query);
  }

  @Post('participants/:participant/screening/decisions')
  decide(@Edge() edge: EdgeRequest, @Body() command: RecordScreeningDecision) {
    return edge.submit(command);
  }

  @Post('participants/:participant/enrollment')
  enroll(@Edge() edge: EdgeRequest, @Body() command: EnrollParticipant) {
    return edge.submit(command);
  }

  @Post('participants/:participant/status')
  changeStatus(@Edge() edge: EdgeRequest, @Body() command: ChangeParticipantStatus) {
    return edge.submit(command);
  }

  @Post('participants/:participant/assessments')
  recordAssessment(@Edge() edge: EdgeRequest, @Body() command: RecordAssessment) {
    return edge.submit(command);
  }

  @Post('participants/:participant/responses')
  recordResponse(@Edge() edge: EdgeRequest, @Body() command: RecordResponse) {
    return edge.submit(command);
  }

  @Post('participants/:participant/corrections')
  correct(@Edge() edge: EdgeRequest, @Body() command: CorrectParticipantValue) {
    return edge.submit(command);
  }
}
