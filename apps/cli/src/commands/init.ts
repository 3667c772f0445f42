import { evolveUpTo, filled } from '@platform/commands';
import { AccountOpening, type OpenedAccount } from '@trial/access';
import {
  ChangeTrialStatus,
  DefineTrial,
  initialTrial,
  initialTrials,
  PublishProtocolVersion,
  trialDecider,
  trialStream,
} from '@trial/protocol';
import {
  ActivateRuleSet,
  initialRuleSets,
  reportingRulesStream,
  ruleActivationDecider,
} from '@trial/reporting';
import { SelectSite } from '@trial/sites';
import { submitAsOperator, withLedger, type Session } from '../session';
import type { LedgerPlace } from '../../../composition/src/event-logs';
import { CommandFailed, type Output } from '../terminal';

/** Loads a built-in trial: its definition, its protocol version and its sites. Doing it again changes nothing. */
export async function init(place: LedgerPlace, trial: string, output: Output): Promise<void> {
  const result = await withLedger(place, session => loadTrial(session, trial));
  const { sites, administrator } = result;
  const lines = [`${trial} is defined, with protocol version ${result.protocolVersion} and ${sites} sites.`];
  if (administrator) {
    lines.push(
      '',
      `The first account, shown this once:`,
      `  user      ${administrator.user}`,
      `  password  ${administrator.password}`,
    );
    lines.push('', 'Start the server with "npm start", log in, and choose a password of your own.');
  }
  output.result(result, lines);
}

export interface LoadedTrial {
  readonly trial: string;
  readonly protocolVersion: string;
  readonly sites: number;
  /** Undefined when there was one before. */
  readonly administrator: OpenedAccount | undefined;
}

/** @throws CommandFailed for a trial that is not built in */
export async function loadTrial({ context, gate, log }: Session, trial: string): Promise<LoadedTrial> {
  const initial = initialTrial(trial);
  if (!initial) {
    throw new CommandFailed(
      `There is no built-in trial "${trial}"; there is ${initialTrials.join(', ')}.`,
      2,
    );
  }
  const { define, publish, changeStatus, sites } = initial;
  // What was changed since the first time is left as it is. If we die on the way, doing it again completes the rest.
  const { versions } = (await evolveUpTo(log, trialStream(trial), trialDecider, await log.head())).state;
  if (versions.length === 0) {
    await submitAsOperator(gate, filled(DefineTrial, define), { trial });
    await submitAsOperator(gate, filled(ChangeTrialStatus, changeStatus), { trial });
    await submitAsOperator(gate, filled(PublishProtocolVersion, publish), { trial });
  }
  for (const { site, ...profile } of sites) {
    await submitAsOperator(gate, filled(SelectSite, profile), { trial, site });
  }
  const rules = reportingRulesStream(trial);
  const { history } = (await evolveUpTo(log, rules, ruleActivationDecider, await log.head())).state;
  for (const active of initialRuleSets(trial)) {
    if (history.some(({ ruleSet }) => ruleSet === active.ruleSet)) continue;
    await submitAsOperator(gate, filled(ActivateRuleSet, active), { trial });
  }
  const administrator = await context.get(AccountOpening).openFirstAdministrator();
  return { trial, protocolVersion: publish.definition.version, sites: sites.length, administrator };
}
