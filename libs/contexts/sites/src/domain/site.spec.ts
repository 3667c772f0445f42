import { decisionContext, scenario } from '@platform/kernel/testing';
import { consentVersionApprovedOn, referenceRangeOn } from './in-force';
import {
  approveConsentVersion,
  changeSiteStatus,
  delegateStaff,
  recordEthicsApproval,
  retireConsentVersion,
  revokeDelegation,
  selectSite,
  setReferenceRange,
  siteDecider,
  type SiteEvent,
} from './site';

const profile = { name: "Tai'an Central Hospital", city: "Tai'an", country: 'CHN', zone: 'Asia/Shanghai' };
const approval = {
  committee: 'Ethics committee',
  reference: '2023-17',
  approvedOn: '2023-07-01',
  expiresOn: '2024-06-30',
};
const leave = { code: 'staffChange', text: 'Left the department' };

const selected: SiteEvent[] = [{ type: 'SiteSelected', data: profile }];
const activated: SiteEvent[] = [
  ...selected,
  { type: 'EthicsApprovalRecorded', data: approval },
  { type: 'SiteStatusChanged', data: { status: 'ethicsApproved' } },
  { type: 'SiteStatusChanged', data: { status: 'activated' } },
];
const site = scenario(siteDecider);
const inTime = decisionContext({ recordedAt: '2024-03-05T08:00:00.000Z' });
const afterExpiry = decisionContext({ recordedAt: '2024-06-30T16:00:00.000Z' });

describe('a site', () => {
  it('is selected once', () => {
    site
      .given()
      .when(state => selectSite(profile, state))
      .yields(...selected);
    site
      .given(...selected)
      .when(state => selectSite(profile, state))
      .yieldsNothing();
    site
      .given(...selected)
      .when(state => selectSite({ ...profile, name: 'Another hospital' }, state))
      .isRejected('SITE-ALREADY-SELECTED');
    site
      .given()
      .when(state => selectSite({ ...profile, zone: '+08:00' }, state))
      .isRejected('SITE-ZONE', 'zone');
  });

  it('is ethics approved by its first approval, and renews it without a change of status', () => {
    site
      .given(...selected)
      .when(state => recordEthicsApproval(approval, state))
      .yields(
        { type: 'EthicsApprovalRecorded', data: approval },
        { type: 'SiteStatusChanged', data: { status: 'ethicsApproved' }, previous: { status: 'selected' } },
      );
    const renewal = { ...approval, reference: '2024-11', approvedOn: '2024-06-01', expiresOn: '2025-06-30' };
    site
      .given(...activated)
      .when(state => recordEthicsApproval(renewal, state))
      .yields({ type: 'EthicsApprovalRecorded', data: renewal });
    site
      .given(...activated)
      .when(state => recordEthicsApproval(approval, state))
      .yieldsNothing();
    site
      .given()
      .when(state => recordEthicsApproval(approval, state))
      .isRejected('SITE-UNKNOWN');
    site
      .given(...selected)
      .when(state => recordEthicsApproval({ ...approval, expiresOn: '2023-06-30' }, state))
      .isRejected('SITE-ETHICS-EXPIRY', 'expiresOn');
  });

  it('is activated while an ethics approval is in force, counted in its own days', () => {
    const activate = { status: 'activated' } as const;
    const approved = activated.slice(0, 3);
    site
      .given(...approved)
      .when(state => changeSiteStatus(activate, state, inTime))
      .yields({ type: 'SiteStatusChanged', data: activate, previous: { status: 'ethicsApproved' } });
    site
      .given(...activated)
      .when(state => changeSiteStatus(activate, state, inTime))
      .yieldsNothing();
    // 16:00 UTC on the last day of the approval is the next day in Shandong.
    site
      .given(...approved)
      .when(state => changeSiteStatus(activate, state, afterExpiry))
      .isRejected('SITE-ETHICS-IN-FORCE');
    site
      .given(...selected)
      .when(state => changeSiteStatus(activate, state, inTime))
      .isRejected('SITE-STATUS-ORDER');
  });

  it('is paused, put on hold or closed with a reason only, and stays closed', () => {
    const pause = { status: 'enrollmentPaused', reason: leave } as const;
    site
      .given(...activated)
      .when(state => changeSiteStatus(pause, state, inTime))
      .yields({
        type: 'SiteStatusChanged',
        data: { status: 'enrollmentPaused' },
        previous: { status: 'activated' },
        reason: leave,
      });
    site
      .given(...activated)
      .when(state => changeSiteStatus({ status: 'onHold' }, state, inTime))
      .isRejected('SITE-STATUS-REASON', 'reason');
    site
      .given(...activated, { type: 'SiteStatusChanged', data: { status: 'closed' } })
      .when(state => changeSiteStatus({ status: 'activated' }, state, inTime))
      .isRejected('SITE-STATUS-ORDER');
  });
});

describe('staff', () => {
  const delegation = {
    user: 'coordinator-03',
    role: 'coordinator',
    duties: ['data entry'],
    trainedOn: '2023-07-20',
    delegatedOn: '2023-08-01',
  };
  const delegated: SiteEvent[] = [...selected, { type: 'StaffDelegated', data: delegation }];
  const revocation = { user: 'coordinator-03', role: 'coordinator', revokedOn: '2024-01-31', reason: leave };

  it('are delegated after training', () => {
    site
      .given(...selected)
      .when(state => delegateStaff(delegation, state))
      .yields(delegated[1]!);
    site
      .given(...delegated)
      .when(state => delegateStaff(delegation, state))
      .yieldsNothing();
    site
      .given(...delegated)
      .when(state => delegateStaff({ ...delegation, delegatedOn: '2023-09-01' }, state))
      .isRejected('SITE-DELEGATION-HELD');
    site
      .given(...selected)
      .when(state => delegateStaff({ ...delegation, trainedOn: '2023-08-02' }, state))
      .isRejected('SITE-TRAINING-FIRST', 'trainedOn');
  });

  it('are revoked with a reason, and can be delegated anew', () => {
    const { reason, ...data } = revocation;
    const revoked: SiteEvent = { type: 'DelegationRevoked', data, reason };
    site
      .given(...delegated)
      .when(state => revokeDelegation(revocation, state))
      .yields(revoked);
    site
      .given(...delegated, revoked)
      .when(state => revokeDelegation(revocation, state))
      .yieldsNothing();
    site
      .given(...selected)
      .when(state => revokeDelegation(revocation, state))
      .isRejected('SITE-DELEGATION-UNKNOWN');
    const again = { ...delegation, delegatedOn: '2024-03-01' };
    site
      .given(...delegated, revoked)
      .when(state => delegateStaff(again, state))
      .yields({ type: 'StaffDelegated', data: again });
  });
});

describe('a reference range', () => {
  const range = { laboratory: 'central', analyte: 'ALT', unit: 'U/L', high: 40, effectiveFrom: '2023-08-01' };

  it('is set once, with UCUM units and sensible limits', () => {
    site
      .given(...selected)
      .when(state => setReferenceRange(range, state))
      .yields({ type: 'ReferenceRangeSet', data: range });
    site
      .given(...selected, { type: 'ReferenceRangeSet', data: range })
      .when(state => setReferenceRange(range, state))
      .yieldsNothing();
    site
      .given(...selected)
      .when(state => setReferenceRange({ ...range, unit: 'IU/ml' }, state))
      .isRejected('SITE-RANGE-UNIT', 'unit');
    site
      .given(...selected)
      .when(state => setReferenceRange({ ...range, unit: 'kg' }, state))
      .isRejected('SITE-RANGE-UNIT', 'unit');
    site
      .given(...selected)
      .when(state => setReferenceRange({ ...range, low: 40 }, state))
      .isRejected('SITE-RANGE-LIMITS', 'low');
    site
      .given(...selected)
      .when(state => setReferenceRange({ ...range, high: undefined }, state))
      .isRejected('SITE-RANGE-LIMITS', 'high');
    site
      .given(...selected)
      .when(state => setReferenceRange({ ...range, effectiveFrom: '2023-08' }, state))
      .isRejected('SITE-DAY', 'effectiveFrom');
  });

  it('holds from its day until the next one, and one for the sex goes before one for everybody', () => {
    const later = { ...range, high: 50, effectiveFrom: '2024-01-01' };
    const forWomen = { ...range, high: 33, sex: 'female' as const };
    const { state } = site
      .given(...selected)
      .when(() => [range, forWomen, later].map(data => ({ type: 'ReferenceRangeSet' as const, data })));
    const highOn = (day: string, sex?: string) => referenceRangeOn(state, { analyte: 'ALT', day, sex })?.high;
    expect(highOn('2023-07-31')).toBeUndefined();
    expect(highOn('2023-08-01', 'male')).toBe(40);
    expect(highOn('2023-08-01', 'female')).toBe(33);
    expect(highOn('2023-12-31', 'male')).toBe(40);
    expect(highOn('2024-01-01', 'female')).toBe(50);
  });
});

describe('a consent version', () => {
  const consent = { version: '2.0', approvedOn: '2023-07-01' };
  const approved: SiteEvent[] = [...selected, { type: 'ConsentVersionApproved', data: consent }];
  const retirement = {
    version: '2.0',
    retiredOn: '2024-02-01',
    reason: { code: 'amendment', text: 'Replaced by 3.0' },
  };

  it('is approved once and retired once', () => {
    const { reason, ...data } = retirement;
    const retired: SiteEvent = { type: 'ConsentVersionRetired', data, reason };
    site
      .given(...selected)
      .when(state => approveConsentVersion(consent, state))
      .yields(approved[1]!);
    site
      .given(...approved)
      .when(state => approveConsentVersion(consent, state))
      .yieldsNothing();
    site
      .given(...approved)
      .when(state => approveConsentVersion({ ...consent, approvedOn: '2023-07-02' }, state))
      .isRejected('SITE-CONSENT-VERSION-USED');
    site
      .given(...approved)
      .when(state => retireConsentVersion(retirement, state))
      .yields(retired);
    site
      .given(...approved, retired)
      .when(state => retireConsentVersion(retirement, state))
      .yieldsNothing();
    site
      .given(...selected)
      .when(state => retireConsentVersion(retirement, state))
      .isRejected('SITE-CONSENT-VERSION-UNKNOWN');
  });

  it('can be signed from its approval until the day before it is retired', () => {
    const { reason, ...data } = retirement;
    const { state } = site.given(...approved).when(() => [{ type: 'ConsentVersionRetired', data, reason }]);
    expect(consentVersionApprovedOn(state, '2.0', '2023-06-30')).toBe(false);
    expect(consentVersionApprovedOn(state, '2.0', '2023-07-01')).toBe(true);
    expect(consentVersionApprovedOn(state, '2.0', '2024-01-31')).toBe(true);
    expect(consentVersionApprovedOn(state, '2.0', '2024-02-01')).toBe(false);
    expect(consentVersionApprovedOn(state, '3.0', '2024-01-31')).toBe(false);
  });
});
