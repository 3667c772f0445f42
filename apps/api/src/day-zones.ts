import { Inject, Injectable } from '@nestjs/common';
import { Runner, type Target } from '@platform/commands';
import type { DayZones } from '@platform/http';
import { trialDecider, trialStream } from '@trial/protocol';

/**
 * A calendar day in a question (`?asOf=2024-03-05`) is a day in the trial's zone. A trial that nobody defined has the
 * days of UTC: it costs the same reading of one stream, so that neither answer nor time tells which trials there are.
 */
@Injectable()
export class TrialDayZones implements DayZones {
  constructor(@Inject(Runner) private readonly runner: Runner) {}

  async zoneOf({ trial }: Target): Promise<string> {
    if (trial === undefined) return 'UTC';
    const { state } = await this.runner.streams.load(trialStream(trial), trialDecider);
    return state.details?.zone ?? 'UTC';
  }
}
