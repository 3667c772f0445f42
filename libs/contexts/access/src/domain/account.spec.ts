import { decisionContext, scenario } from '@platform/kernel/testing';
import {
  accountDecider,
  accountStream,
  assignmentsAt,
  changeOwnPassword,
  changeProfile,
  closeAccount,
  grantRole,
  isUserId,
  lockAccount,
  openAccount,
  revokeRole,
  setPassword,
  unlockAccount,
  type AccountEvent,
} from './account';
import type { AccountRoleAssignment } from './assignment';

const trial = 'NCT05794425';
const profile = { printedName: 'Coordinator Three', organisation: 'Site 03' };
const reason = { code: 'left', text: 'Left the institution.' };

const administrator = { user: 'administrator-01', printedName: 'Administrator 01', role: 'administrator' };
const of = (user: string) => decisionContext({ actor: administrator, target: { user } });
const context = of('coordinator-03');
const themselves = of('administrator-01');

const coordinator: AccountRoleAssignment = { role: 'coordinator', trial, sites: ['03'] };
const opened: AccountEvent = { type: 'AccountOpened', data: profile };
const granted: AccountEvent = { type: 'RoleGranted', data: coordinator, about: { trial } };
const passwordSet = (credential: string, temporary: boolean): AccountEvent => ({
  type: 'PasswordSet',
  data: { credential, temporary },
});
const closed: AccountEvent = { type: 'AccountClosed', data: {} };

const account = () => scenario(accountDecider);
const openedAccount = () => account().given(opened);
const coordinatorAtSite03 = () => openedAccount().given(granted, passwordSet('c-1', true));
const closedAccount = () => coordinatorAtSite03().given(closed);

describe('opening an account', () => {
  const open = openAccount.bind(undefined, profile);

  test('once, again, and for somebody else', () => {
    account()
      .when(state => open(state, context))
      .yields(opened)
      .when(state => open(state, context))
      .yieldsNothing()
      .when(state => openAccount({ printedName: 'Somebody Else' }, state, context))
      .isRejected('ACCOUNT-EXISTS');
  });

  test('never gives an id a second holder', () => {
    closedAccount()
      .when(state => openAccount({ printedName: 'Somebody Else' }, state, context))
      .isRejected('ACCOUNT-EXISTS');
  });

  test.each(['maria', 'maria-1', 'Coordinator-01', 'u-', 'u-1234567', 'u-1-2-3-4', ''])(
    'refuses the id "%s"',
    user => {
      account()
        .when(state => open(state, of(user)))
        .isRejected('ACCOUNT-ID-CODED', 'user');
    },
  );

  test.each(['u-0007', 'coordinator-01', 'coordinator-03-01', 'safety-officer-1'])(
    'takes the id "%s"',
    user => {
      expect(isUserId(user)).toBe(true);
      expect(accountStream(user)).toBe(`account-${user}`);
    },
  );
});

describe('changing the printed name', () => {
  const married = { printedName: 'Coordinator Three-Four', reason };

  test('keeps the former name in the trail', () => {
    openedAccount()
      .when(state => changeProfile(married, state))
      .yields({
        type: 'AccountProfileChanged',
        data: { printedName: 'Coordinator Three-Four' },
        previous: { printedName: 'Coordinator Three' },
        reason,
      })
      .when(state => changeProfile(married, state))
      .yieldsNothing();
  });

  test('is refused where there is no account', () => {
    account()
      .when(state => changeProfile(married, state))
      .isRejected('ACCOUNT-UNKNOWN');
    closedAccount()
      .when(state => changeProfile(married, state))
      .isRejected('ACCOUNT-CLOSED');
  });
});

describe('passwords', () => {
  test('the log holds a reference and never a hash; the replaced one is remembered as done with', () => {
    const outcome = coordinatorAtSite03()
      .when(state => changeOwnPassword({}, state, { ...context, commandId: 'c-2' }))
      .yields({
        type: 'PasswordSet',
        data: { credential: 'c-2', temporary: false },
        previous: { credential: 'c-1', temporary: true },
      });
    expect(outcome.state.superseded).toEqual(['c-1']);
  });

  test('set by an administrator, are temporary, and not the administrator’s own', () => {
    openedAccount()
      .when(state => setPassword({ temporary: true }, state, { ...context, commandId: 'c-3' }))
      .yields(passwordSet('c-3', true));
    openedAccount()
      .when(state => setPassword({ temporary: true }, state, themselves))
      .isRejected('ACCOUNT-OWN-PASSWORD');
  });

  test('are not set where there is no account, or none any more', () => {
    for (const given of [account(), closedAccount()]) {
      const rule = given.state.status === 'absent' ? 'ACCOUNT-UNKNOWN' : 'ACCOUNT-CLOSED';
      given.when(state => setPassword({ temporary: true }, state, context)).isRejected(rule);
      given.when(state => changeOwnPassword({}, state, context)).isRejected(rule);
    }
  });

  test('of the past are remembered up to ten', () => {
    const many = Array.from({ length: 20 }, (_, index) => passwordSet(`c-${index}`, false));
    expect(openedAccount().given(...many).state.superseded).toEqual(
      Array.from({ length: 10 }, (_, index) => `c-${index + 9}`),
    );
  });
});

describe('granting a role', () => {
  const grant = (assignment: AccountRoleAssignment) => (state: ReturnType<typeof account>['state']) =>
    grantRole(assignment, state, context);

  test('once, again, and with other sites', () => {
    openedAccount()
      .when(grant(coordinator))
      .yields(granted)
      .when(grant({ ...coordinator, sites: ['03', '03'] }))
      .yieldsNothing()
      .when(grant({ ...coordinator, sites: ['05', '03'] }))
      .yields({ ...granted, data: { ...coordinator, sites: ['03', '05'] }, previous: { sites: ['03'] } });
  });

  test('a delegation that is left out is taken away, and stands in the trail', () => {
    const delegated: AccountRoleAssignment = { ...coordinator, delegation: 'data entry' };
    openedAccount()
      .when(grant(delegated))
      .yields({ type: 'RoleGranted', data: delegated, about: { trial } })
      .when(grant(coordinator))
      .yields({ ...granted, previous: { delegation: 'data entry' } });
  });

  test('nobody grants a role to themselves', () => {
    openedAccount()
      .when(state => grantRole(coordinator, state, themselves))
      .isRejected('ACCOUNT-ROLE-SELF');
  });

  // What a program could hand in past the types, as a client could past the checks of the edge.
  const componentRole: Partial<AccountRoleAssignment> = JSON.parse('{ "role": "system" }');

  test.each<[string, Partial<AccountRoleAssignment>, string, string]>([
    ['a component’s role', componentRole, 'ACCOUNT-ROLE', 'role'],
    ['a clinical role in every trial', { trial: '*' }, 'ACCOUNT-ROLE-ONE-TRIAL', 'trial'],
    ['no trial’s id', { trial: 'a trial' }, 'ACCOUNT-TRIAL', 'trial'],
    ['no site', { sites: [] }, 'ACCOUNT-SITES', 'sites'],
    ['no site’s id', { sites: ['03', ''] }, 'ACCOUNT-SITES', 'sites'],
    ['a safety officer of one site', { role: 'safetyOfficer' }, 'ACCOUNT-ROLE-TRIAL-WIDE', 'sites'],
    ['an administrator of one site', { role: 'administrator' }, 'ACCOUNT-ROLE-TRIAL-WIDE', 'sites'],
    [
      'an inspector of a site in every trial',
      { role: 'inspector', trial: '*' },
      'ACCOUNT-ROLE-TRIAL-WIDE',
      'sites',
    ],
    ['a start with an offset', { validFrom: '2024-03-05T08:00:00+08:00' }, 'ACCOUNT-VALID-FROM', 'validFrom'],
  ])('refuses %s', (_, change, rule, field) => {
    openedAccount()
      .when(grant({ ...coordinator, ...change }))
      .isRejected(rule, field);
  });

  test('is refused where there is no account', () => {
    account().when(grant(coordinator)).isRejected('ACCOUNT-UNKNOWN');
    closedAccount().when(grant(coordinator)).isRejected('ACCOUNT-CLOSED');
  });
});

describe('revoking a role', () => {
  const revoke = (state: ReturnType<typeof account>['state']) =>
    revokeRole({ role: 'coordinator', trial, reason }, state, context);

  test('once, again, and what is left', () => {
    const outcome = coordinatorAtSite03()
      .when(revoke)
      .yields({
        type: 'RoleRevoked',
        data: { role: 'coordinator', trial },
        previous: { role: 'coordinator', trial, sites: ['03'] },
        reason,
        about: { trial },
      })
      .when(revoke)
      .yieldsNothing();
    expect(assignmentsAt(outcome.state, '2024-03-05T08:00:00.000Z')).toEqual([]);
  });

  test('an administrator stays one until another one says otherwise', () => {
    const all: AccountEvent = {
      type: 'RoleGranted',
      data: { role: 'administrator', trial: '*', sites: 'all' },
    };
    const step = { role: 'administrator', trial: '*', reason } as const;
    openedAccount()
      .given(all)
      .when(state => revokeRole(step, state, themselves))
      .isRejected('ACCOUNT-SELF');
    expect(
      openedAccount()
        .given(all)
        .when(state => revokeRole(step, state, context)).events,
    ).toHaveLength(1);
  });
});

describe('locking, unlocking, closing', () => {
  test('once, again, back, and out of turn', () => {
    coordinatorAtSite03()
      .when(state => lockAccount({ reason }, state, context))
      .yields({ type: 'AccountLocked', data: {}, previous: { status: 'active' }, reason })
      .when(state => lockAccount({ reason }, state, context))
      .yieldsNothing()
      .when(state => unlockAccount({ reason }, state))
      .yields({ type: 'AccountUnlocked', data: {}, previous: { status: 'locked' }, reason })
      .when(state => unlockAccount({ reason }, state))
      .yieldsNothing()
      .when(state => closeAccount({ reason }, state, context))
      .yields({ type: 'AccountClosed', data: {}, previous: { status: 'active' }, reason })
      .when(state => closeAccount({ reason }, state, context))
      .yieldsNothing()
      .when(state => unlockAccount({ reason }, state))
      .isRejected('ACCOUNT-CLOSED');
  });

  test('nobody does it to themselves, nor to nobody', () => {
    openedAccount()
      .when(state => lockAccount({ reason }, state, themselves))
      .isRejected('ACCOUNT-SELF');
    openedAccount()
      .when(state => closeAccount({ reason }, state, themselves))
      .isRejected('ACCOUNT-SELF');
    account()
      .when(state => closeAccount({ reason }, state, context))
      .isRejected('ACCOUNT-UNKNOWN');
  });
});

describe('the roles that count', () => {
  const now = '2024-03-05T08:00:00.000Z';

  test('are those that have begun', () => {
    const later: AccountEvent = {
      type: 'RoleGranted',
      data: { ...coordinator, role: 'monitor', validFrom: '2024-03-05T08:00:00.001Z' },
    };
    const { state } = coordinatorAtSite03().given(later);
    expect(assignmentsAt(state, now).map(({ role }) => role)).toEqual(['coordinator']);
    expect(assignmentsAt(state, '2024-03-05T08:00:00.001Z')).toHaveLength(2);
  });

  test('are none while the account is locked, and after it is closed', () => {
    expect(
      assignmentsAt(coordinatorAtSite03().given({ type: 'AccountLocked', data: {} }).state, now),
    ).toEqual([]);
    expect(assignmentsAt(closedAccount().state, now)).toEqual([]);
  });
});

test('an event of an unknown type stops the reader', () => {
  const unknown: AccountEvent = JSON.parse('{ "type": "AccountRenamed", "data": {} }');
  expect(() => account().given(unknown)).toThrow('AccountRenamed');
});
