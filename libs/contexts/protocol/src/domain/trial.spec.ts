import * as fc from 'fast-check';
import { canonicalJson } from '@platform/kernel';
import { scenario } from '@platform/kernel/testing';
import { nct05794425Definition as first, nct05794425Details as details } from '../definitions/nct05794425';
import {
  changeTrialDetails,
  defineTrial,
  protocolOf,
  publishProtocolVersion,
  trialDecider,
  versionInForce,
  type TrialEvent,
} from './trial';

const effectiveFrom = '2023-08-01';
const second = { ...first, version: '2.0', enrollmentTarget: 120 };
const amendment = { code: 'amendment', text: 'Twenty more participants' };

const defined: TrialEvent = { type: 'TrialDefined', data: details };
const published: TrialEvent = {
  type: 'ProtocolVersionPublished',
  data: { definition: first, effectiveFrom },
};
const recruiting: TrialEvent = {
  type: 'TrialStatusChanged',
  data: { status: 'recruiting', effectiveOn: '2023-08-01' },
};

const trial = scenario(trialDecider);
const definedTrial = () => trial.given(defined);
const recruitingTrial = () => trial.given(defined, published, recruiting);

describe('a trial', () => {
  it('is defined once, and then again says nothing', () => {
    trial
      .when(state => defineTrial(details, state))
      .yields(defined)
      .when(state => defineTrial({ ...details }, state))
      .yieldsNothing()
      .when(state => defineTrial({ ...details, title: 'Another trial' }, state))
      .isRejected('TRIAL-DEFINED');
    expect(definedTrial().state.status).toBe('notYetRecruiting');
  });

  it.each([
    ['TRIAL-ZONE', 'zone', { zone: 'Shanghai' }],
    ['TRIAL-TITLE', 'title', { title: ' ' }],
    ['TRIAL-SPONSOR', 'sponsor', { sponsor: '' }],
    ['TRIAL-DATE', 'plannedDates.completion', { plannedDates: { completion: '2026-13' } }],
  ])('is not defined against %s', (rule, field, wrong) => {
    trial.when(state => defineTrial({ ...details, ...wrong }, state)).isRejected(rule, field);
  });

  it('changes its details field by field, naming what they were', () => {
    const news = { code: 'registry', text: 'Registry updated' };
    const changed = { ...details, plannedDates: { ...details.plannedDates, completion: '2026-10' } };
    definedTrial()
      .when(state => changeTrialDetails({ ...changed, reason: news }, state))
      .yields({
        type: 'TrialDetailsChanged',
        data: { plannedDates: changed.plannedDates },
        previous: { plannedDates: { ...details.plannedDates } },
        reason: news,
      })
      .when(state => changeTrialDetails({ ...changed, reason: news }, state))
      .yieldsNothing();
    trial.when(state => changeTrialDetails({ ...changed, reason: news }, state)).isRejected('TRIAL-UNKNOWN');
  });

  it('keeps its zone once a version is published, and may name a country that was left out', () => {
    const reason = { code: 'entry', text: 'Entered wrongly' };
    const elsewhere = { ...details, zone: 'Asia/Tokyo' };
    recruitingTrial()
      .when(state => changeTrialDetails({ ...elsewhere, reason }, state))
      .isRejected('TRIAL-ZONE-IN-USE', 'zone');
    definedTrial()
      .when(state => changeTrialDetails({ ...elsewhere, reason }, state))
      .yields({
        type: 'TrialDetailsChanged',
        data: { zone: 'Asia/Tokyo' },
        previous: { zone: 'Asia/Shanghai' },
        reason,
      });
    trial
      .given({ ...defined, data: { ...details, country: undefined } })
      .when(state => changeTrialDetails({ ...details, reason }, state))
      .yields({ type: 'TrialDetailsChanged', data: { country: 'CHN' }, previous: { country: null }, reason });
  });
});

describe('a protocol version', () => {
  it('is published once, and then again says nothing', () => {
    definedTrial()
      .when(state => publishProtocolVersion({ definition: first, effectiveFrom }, state))
      .yields(published)
      .when(state => publishProtocolVersion({ definition: { ...first }, effectiveFrom }, state))
      .yieldsNothing();
  });

  it("needs a trial, a label of its own and the trial's zone", () => {
    trial
      .when(state => publishProtocolVersion({ definition: first, effectiveFrom }, state))
      .isRejected('TRIAL-UNKNOWN');
    recruitingTrial()
      .when(state => publishProtocolVersion({ definition: { ...first, phase: '2' }, effectiveFrom }, state))
      .isRejected('PROTOCOL-VERSION-USED', 'definition.version');
    recruitingTrial()
      .when(state => publishProtocolVersion({ definition: first, effectiveFrom: '2023-09-01' }, state))
      .isRejected('PROTOCOL-VERSION-USED');
    definedTrial()
      .when(state =>
        publishProtocolVersion({ definition: { ...first, zone: 'Asia/Tokyo' }, effectiveFrom }, state),
      )
      .isRejected('PROTOCOL-ZONE-OF-TRIAL', 'definition.zone');
  });

  it('as an amendment needs a reason, a whole day, and not to begin before what it amends', () => {
    recruitingTrial()
      .when(state => publishProtocolVersion({ definition: second, effectiveFrom: '2024-05-01' }, state))
      .isRejected('PROTOCOL-AMENDMENT-REASON', 'reason');
    const amended = { definition: second, reason: amendment };
    recruitingTrial()
      .when(state => publishProtocolVersion({ ...amended, effectiveFrom: '2023-07-31' }, state))
      .isRejected('PROTOCOL-VERSION-ORDER', 'effectiveFrom');
    recruitingTrial()
      .when(state => publishProtocolVersion({ ...amended, effectiveFrom: '2024-05' }, state))
      .isRejected('TRIAL-DAY', 'effectiveFrom');
  });

  it('is refused with all that is wrong with it in the evidence', () => {
    const broken = { ...first, zone: 'nowhere', criteria: [{ ...first.criteria[0], id: '' }] };
    const { evidence } = definedTrial()
      .when(state => publishProtocolVersion({ definition: broken as never, effectiveFrom }, state))
      .isRejected('PROTOCOL-ZONE', 'definition.zone');
    expect(evidence?.failures).toEqual([
      expect.objectContaining({ field: 'definition.zone' }),
      expect.objectContaining({ field: 'definition.criteria[0].id', rule: 'PROTOCOL-CODE' }),
    ]);
  });

  it('leaves the versions before it as they were, byte for byte', () => {
    const before = recruitingTrial();
    const { state } = before
      .when(s =>
        publishProtocolVersion({ definition: second, effectiveFrom: '2024-05-01', reason: amendment }, s),
      )
      .yields({
        type: 'ProtocolVersionPublished',
        data: { definition: second, effectiveFrom: '2024-05-01' },
        reason: amendment,
      });
    const text = (version: string) => canonicalJson(protocolOf(state, version));
    expect(text('1.0')).toBe(canonicalJson(protocolOf(before.state, '1.0')));
    expect(text('1.0')).toBe(canonicalJson(first));
    expect(text('2.0')).toBe(canonicalJson(second));
    expect(protocolOf(state, '3.0')).toBeUndefined();
  });

  it('is in force from its day until the next one begins', () => {
    const later: TrialEvent = {
      type: 'ProtocolVersionPublished',
      data: { definition: second, effectiveFrom: '2024-05-01' },
    };
    const { state } = trial.given(defined, published, later);
    const onDay = (day: string) => versionInForce(state, day)?.version;
    expect(['2023-07-31', '2023-08-01', '2024-04-30', '2024-05-01', '2024-05-01T09:00'].map(onDay)).toEqual([
      undefined,
      '1.0',
      '1.0',
      '2.0',
      '2.0',
    ]);
    expect(['2023', '2023-08', '2023-09', '2024-05', '2025'].map(onDay)).toEqual([
      undefined,
      undefined,
      '1.0',
      '1.0',
      '2.0',
    ]);
  });

  it('of any number of amendments rewrites none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 6 }), targets => {
        let { state } = recruitingTrial();
        const definitions = targets.map((enrollmentTarget, index) => ({
          ...first,
          version: `A${index}`,
          enrollmentTarget,
        }));
        for (const definition of definitions) {
          const command = { definition, effectiveFrom: '2024-05-01', reason: amendment };
          ({ state } = scenario({ ...trialDecider, initial: state }).when(s =>
            publishProtocolVersion(command, s),
          ));
        }
        expect(state.versions.map(({ definition }) => definition)).toEqual([first, ...definitions]);
        expect(versionInForce(state, '2024-05-01')?.version).toBe(`A${targets.length - 1}`);
      }),
    );
  });
});
