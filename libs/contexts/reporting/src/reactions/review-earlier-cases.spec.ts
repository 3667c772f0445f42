import { filled } from '@platform/commands';
import type { DomainEvent } from '@platform/kernel';
import { recorded } from '@platform/views/testing';
import { reportingRulesStream } from '../domain/rules/activation';
import { FindEarlierCases, ReviewCaseUnderRules } from '../reporting.commands';
import { trial } from '../testing';
import { reviewEarlierCases } from './review-earlier-cases';

const given = (event: DomainEvent) =>
  recorded([{ stream: reportingRulesStream(trial), event, subject: { trial } }])[0]!;
const set = { ruleSet: 'US-IND', version: '1' };

describe('review-earlier-cases', () => {
  it('has the earlier cases found as of an activation', () => {
    const activated = given({ type: 'RuleSetActivated', data: { ...set, from: '2024-01-01' } });
    const command = filled(FindEarlierCases, {
      ...set,
      event: activated.id,
      position: String(activated.position),
    });
    expect(reviewEarlierCases.react(activated)).toEqual([{ command, target: { trial } }]);
  });

  it('reviews each of them as of the activation', () => {
    const activation = { event: '018e0dab-6c00-7000-8000-00000000000a', position: '41' };
    const cases = [
      { participant: '03-007', adverseEvent: 'ae-1' },
      { participant: '01-002', adverseEvent: 'ae-2' },
    ];
    const found = given({ type: 'EarlierCasesFound', data: { ...set, activation, cases } });
    const command = filled(ReviewCaseUnderRules, { ...set, ...activation });
    expect(reviewEarlierCases.react(found)).toEqual(
      cases.map(each => ({ command, target: { trial, ...each } })),
    );
  });
});
