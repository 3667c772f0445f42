import type { Addressed, Command, FactReader } from '@platform/commands';
import { absent, isRejection, parsePosition, type Position, type Rejection } from '@platform/kernel';
import { siteOfParticipant } from '@trial/access';
import { participantDecider, participantStream } from '@trial/participants';
import { trialDecider, trialStream, type TrialState } from '@trial/protocol';
import { adverseEventCourseDecider, adverseEventStream, listAdverseEvents } from '@trial/safety';
import { siteDecider, siteStream } from '@trial/sites';
import type { PeopleFacts } from './domain/case/by-people';
import type { ReviewFacts } from './domain/case/draft';
import { caseFacts } from './domain/case/facts';
import { reportingRulesStream, ruleActivationDecider, type EarlierCase } from './domain/rules/activation';
import { ReviewCaseUnderRules, type FindEarlierCases, type OpenObligation } from './reporting.commands';
import type { ReviewCase } from './reporting.commands';

/*
 * What the decisions of this context know of other streams. Every reading is cited in the events' envelope.
 */

const unknownTrial = absent('TRIAL-UNKNOWN', 'This trial has not been defined.');

/**
 * Everything as it stood at the event that is reviewed: no stage of the case is skipped however late the review is
 * made, and it can be made again years later.
 */
export async function readForReview(
  { command, target }: Addressed<ReviewCase>,
  reader: FactReader,
): Promise<ReviewFacts | Rejection> {
  const { trial, participant, adverseEvent } = target as Record<string, string>;
  const upTo = parsePosition(command.position)!;
  const rules = reportingRulesStream(trial!);
  const activations = await reader.readAsOf(rules, ruleActivationDecider, upTo);
  const { details, versions } = await reader.readAsOf(trialStream(trial!), trialDecider, upTo);
  if (!details) return unknownTrial;
  const facts = {
    cause: { event: command.event, position: command.position },
    of: { trial: trial!, site: siteOfParticipant(participant!), participant },
    ...{ adverseEvent: adverseEvent!, zone: details.zone, activations },
    ...(command instanceof ReviewCaseUnderRules && {
      activated: { ruleSet: command.ruleSet, version: command.version },
    }),
  };
  // Where no rules are active, as in an imported study, nothing has to be known of the case.
  if (activations.history.length === 0) return { ...facts, stages: [] };
  const stream = adverseEventStream(adverseEvent!);
  const { steps } = await reader.readAsOf(stream, adverseEventCourseDecider, upTo);
  const pinned = steps.at(-1)?.state.of?.protocolVersion;
  const cellProduct = givesCells(versions, pinned);
  return { ...facts, stages: caseFacts(steps, { zone: details.zone, cellProduct }) };
}

/** Whether the version that the participant is pinned to (without one: any version) gives a cell product. */
const givesCells = (versions: TrialState['versions'], pinned: string | undefined): boolean =>
  versions
    .filter(({ version }) => pinned === undefined || version === pinned)
    .some(({ definition }) => definition.interventions.some(({ kind }) => kind === 'infusion'));

/** The trial's zone and rules, and the place that an obligation is about. */
export async function readForPeople(
  { target }: Addressed<Command>,
  reader: FactReader,
): Promise<PeopleFacts | Rejection> {
  const { trial, participant } = target as { trial: string; participant?: string };
  const { details } = await reader.read(trialStream(trial), trialDecider);
  if (!details) return unknownTrial;
  const activations = await reader.read(reportingRulesStream(trial), ruleActivationDecider);
  const site = target.site ?? siteOfParticipant(participant ?? '');
  return { of: { trial, site, participant }, zone: details.zone, activations };
}

/** The same for a new obligation: whom it is about has to exist. */
export async function readForOpening(
  at: Addressed<OpenObligation>,
  reader: FactReader,
): Promise<PeopleFacts | Rejection> {
  const facts = await readForPeople(at, reader);
  if (isRejection(facts)) return facts;
  const { trial, site, participant } = facts.of;
  if (participant !== undefined) {
    const known = await reader.read(participantStream(trial, participant), participantDecider);
    const none = 'No participant was prescreened under this number in this trial.';
    return known.site === undefined ? absent('PARTICIPANT-UNKNOWN', none) : facts;
  }
  const { profile } = await reader.read(siteStream(trial, site), siteDecider);
  return profile ? facts : absent('SITE-UNKNOWN', 'This site has not been selected for the trial.');
}

export async function readForRules({ target }: Addressed<Command>, reader: FactReader) {
  const { details } = await reader.read(trialStream(target.trial!), trialDecider);
  return { trialIsDefined: details !== undefined };
}

/** Every adverse event of the trial that had been reported at a position, in the order of the reports; no void ones. */
export async function readEarlierCases(
  { command, target }: Addressed<FindEarlierCases>,
  reader: FactReader,
): Promise<EarlierCase[]> {
  const at = parsePosition(command.position)!;
  const views = await reader.viewsAt(at, ['adverse-event-log']);
  const scope = { trial: target.trial!, sites: 'all' } as const;
  const cases: EarlierCase[] = [];
  for (let behind: Position | undefined; ;) {
    const page = await listAdverseEvents(views, scope, at, { voided: false, behind, limit: pageSize });
    cases.push(...page.map(({ participant, adverseEvent }) => ({ participant, adverseEvent })));
    if (page.length < pageSize) return cases;
    behind = page.at(-1)!.number as Position;
  }
}

const pageSize = 1_000;
