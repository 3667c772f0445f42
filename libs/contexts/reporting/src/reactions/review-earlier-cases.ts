import { filled, type CommandStep, type Reaction } from '@platform/commands';
import { formatPosition, type RecordedEvent } from '@platform/kernel';
import type { EarlierCases, RuleSetVersion } from '../domain/rules/activation';
import { FindEarlierCases, ReviewCaseUnderRules } from '../reporting.commands';

/**
 * A set that is activated is asked of everything that had been reported by then: the cases are found as of the
 * activation, and each is reviewed as of it. A case that a later event has had reviewed since is left alone: the
 * activation was known to that review.
 */
export const reviewEarlierCases: Reaction<CommandStep> = {
  name: 'review-earlier-cases',
  takes: ['RuleSetActivated', 'EarlierCasesFound'],
  react: event => {
    const { trial } = event.metadata.subject;
    if (trial === undefined) return [];
    return event.type === 'RuleSetActivated' ? [search(event, trial)] : reviews(event, trial);
  },
};

function search({ id, position, data }: RecordedEvent, trial: string): CommandStep {
  const { ruleSet, version } = data as unknown as RuleSetVersion;
  const command = filled(FindEarlierCases, {
    ...{ ruleSet, version, event: id },
    position: formatPosition(position),
  });
  return { command, target: { trial } };
}

function reviews({ data }: RecordedEvent, trial: string): CommandStep[] {
  const { ruleSet, version, activation, cases } = data as unknown as EarlierCases;
  return cases.map(({ participant, adverseEvent }) => ({
    command: filled(ReviewCaseUnderRules, { ruleSet, version, ...activation }),
    target: { trial, participant, adverseEvent },
  }));
}
