import { decisionContext, scenario } from '@platform/kernel/testing';
import {
  assessDeviation,
  closeDeviation,
  deviationDecider,
  raiseDeviation,
  type DeviationEvent,
} from './deviation';

const zone = 'Asia/Shanghai';
const facts = { trial: 'NCT05794425', site: '03', participant: '03-007', zone };
const context = decisionContext({ facts });
const deviation = scenario(deviationDecider);

const command = {
  rule: 'VISIT-WINDOW',
  category: 'protocolImplementation',
  severity: 'minor',
  description: 'Visit INF2 took place on study day 12',
  causes: ['event-1'],
  occurredAt: { at: '2024-03-01', zone },
  identifiedAt: { at: '2024-03-05', zone },
} as const;
const assessment = {
  category: 'protocolImplementation',
  severity: 'major',
  assessment: 'The participant was abroad',
  reportable: false,
  assessedAt: '2024-03-05',
} as const;
const closing = { closedAt: '2024-03-05', conclusion: 'No effect on safety or data' };
const reason = { code: 'newInformation', text: 'The committee asked' };
const about = { site: '03', participant: '03-007' };
const { trial, site, participant } = facts;
const raised: DeviationEvent = {
  type: 'DeviationRaised',
  data: { ...command, trial, site, participant },
  occurredAt: command.occurredAt,
  about,
};
const assessed: DeviationEvent = { type: 'DeviationAssessed', data: assessment, about };

describe('a deviation', () => {
  it('is raised once', () => {
    deviation
      .given()
      .when(state => raiseDeviation(command, state, context))
      .yields(raised)
      .when(state => raiseDeviation(command, state, context))
      .yieldsNothing()
      .when(state => raiseDeviation({ ...command, rule: 'CONSENT-VERSION-APPROVED' }, state, context))
      .isRejected('DEVIATION-ID-USED');
    deviation
      .given()
      .when(state => raiseDeviation({ ...command, identifiedAt: { at: '2024-03-06', zone } }, state, context))
      .isRejected('RECORD-FUTURE', 'identifiedAt');
    deviation
      .given()
      .when(state => raiseDeviation({ ...command, occurredAt: { at: '2024-02-30', zone } }, state, context))
      .isRejected('RECORD-DATE', 'occurredAt');
  });

  it('may be of a site and of nobody in particular, without causes', () => {
    const { participant: _, ...ofSite } = facts;
    const { causes: __, ...byHand } = command;
    const { events } = deviation
      .given()
      .when(state => raiseDeviation(byHand, state, decisionContext({ facts: ofSite })));
    expect(events).toMatchObject([{ data: { causes: [], site: '03' }, about: { site: '03' } }]);
  });

  it('is assessed, again only with a reason', () => {
    deviation
      .given(raised)
      .when(state => assessDeviation(assessment, state, context))
      .yields({ ...assessed, previous: { category: 'protocolImplementation', severity: 'minor' } })
      .when(state => assessDeviation(assessment, state, context))
      .yieldsNothing()
      .when(state => assessDeviation({ ...assessment, severity: 'minor' }, state, context))
      .isRejected('DEVIATION-REASON', 'reason');
    const again = deviation
      .given(raised, assessed)
      .when(state => assessDeviation({ ...assessment, severity: 'minor', reason }, state, context));
    expect(again.events).toMatchObject([{ data: { severity: 'minor' }, previous: assessment, reason }]);
  });

  it('is closed once, after its assessment', () => {
    deviation
      .given(raised)
      .when(state => closeDeviation(closing, state, context))
      .isRejected('DEVIATION-ASSESS-FIRST');
    deviation
      .given(raised, assessed)
      .when(state => closeDeviation(closing, state, context))
      .yields({ type: 'DeviationClosed', data: closing, about })
      .when(state => closeDeviation(closing, state, context))
      .yieldsNothing()
      .when(state => closeDeviation({ ...closing, conclusion: 'Other' }, state, context))
      .isRejected('DEVIATION-CLOSED');
    deviation
      .given(raised, assessed, { type: 'DeviationClosed', data: closing })
      .when(state => assessDeviation({ ...assessment, severity: 'critical', reason }, state, context))
      .isRejected('DEVIATION-CLOSED');
  });

  it('of another trial or site is as good as none', () => {
    for (const elsewhere of [
      { ...facts, site: '04' },
      { ...facts, trial: 'OTHER' },
    ]) {
      const foreign = decisionContext({ facts: elsewhere });
      const story = deviation.given(raised, assessed);
      story.when(state => assessDeviation(assessment, state, foreign)).isRejected('DEVIATION-UNKNOWN');
      story.when(state => closeDeviation(closing, state, foreign)).isRejected('DEVIATION-UNKNOWN');
    }
    deviation
      .given()
      .when(state => assessDeviation(assessment, state, context))
      .isRejected('DEVIATION-UNKNOWN');
  });
});
