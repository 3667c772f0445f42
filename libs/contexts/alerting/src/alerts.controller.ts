import { Readable } from 'node:stream';
import { Body, Controller, Get, Headers, Inject, Post, Query, StreamableFile } from '@nestjs/common';
import { Edge, EdgeRequest, InputInvalid } from '@platform/http';
import { parsePosition, TIMERS, type Timers } from '@platform/kernel';
import { ViewEngine } from '@platform/views';
import { AcknowledgeAlert, CloseAlert, SetAlertPolicy } from './alerting.commands';
import {
  FollowAlerts,
  ListAlerts,
  ReadAlert,
  ReadAlertPolicy,
  type AlertsToFollow,
} from './alerting.queries';
import { AlertStreams } from './running/alert-streams';
import { alertStreamText, streamMediaType } from './running/alert-stream';

@Controller('trials/:trial')
export class AlertsController {
  constructor(
    @Inject(ViewEngine) private readonly engine: ViewEngine,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(AlertStreams) private readonly streams: AlertStreams,
  ) {}

  @Get('alerts')
  list(@Edge() edge: EdgeRequest, @Query() query: ListAlerts) {
    return edge.ask(query);
  }

  @Get('alerts/stream')
  async follow(
    @Edge() edge: EdgeRequest,
    @Query() query: FollowAlerts,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<StreamableFile> {
    if (lastEventId !== undefined) query.lastEventId = checkedPosition(lastEventId);
    const { after, context } = await edge.ask<AlertsToFollow>(query);
    const { engine, timers, streams } = this;
    const text = alertStreamText(after, context, { engine, timers }, streams.signal);
    return new StreamableFile(Readable.from(text), { type: streamMediaType });
  }

  @Get('alerts/policy')
  readPolicy(@Edge() edge: EdgeRequest, @Query() query: ReadAlertPolicy) {
    return edge.ask(query);
  }

  @Post('alerts/policy')
  setPolicy(@Edge() edge: EdgeRequest, @Body() command: SetAlertPolicy) {
    return edge.submit(command);
  }

  @Get('alerts/:alert')
  read(@Edge() edge: EdgeRequest, @Query() query: ReadAlert) {
    return edge.ask(query);
  }

  /** With the site in the path for people of the site; without it for people of the whole trial. */
  @Post(['alerts/:alert/acknowledgement', 'sites/:site/alerts/:alert/acknowledgement'])
  acknowledge(@Edge() edge: EdgeRequest, @Body() command: AcknowledgeAlert) {
    return edge.submit(command);
  }

  @Post(['alerts/:alert/closing', 'sites/:site/alerts/:alert/closing'])
  close(@Edge() edge: EdgeRequest, @Body() command: CloseAlert) {
    return edge.submit(command);
  }
}

function checkedPosition(text: string): string {
  if (/^\d{1,19}$/.test(text) && parsePosition(text) !== undefined) return text;
  throw InputInvalid.of('Last-Event-ID', 'INPUT-POSITION', 'Last-Event-ID must be the id of an event.');
}
