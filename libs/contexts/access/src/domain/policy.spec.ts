import * as fc from 'fast-check';
import { allows, permissions, readingPermissions, roles, type Permission } from './permissions';
import { grantFor, siteOfParticipant, sitesNamedBy, type RoleAssignment } from './policy';

/*
 * Every role and every permission, written down a second time: a change of the table in the code is a change here.
 * Columns: investigator, coordinator, pharmacist, monitor, safetyOfficer, dataManager, inspector, administrator,
 * importer, system.
 */
// prettier-ignore
const matrix: Readonly<Record<Permission, string>> = {
  'trial.define':           '. . . . . . . x x .',
  'trial.read':             'x x x x x x x x x x',
  'site.manage':            '. . . . . . . x x .',
  'site.read':              'x x x x x x x x x x',
  'site.delegate':          'x . . . . . . x x .',
  'participant.prescreen':  'x x . . . . . . x .',
  'participant.record':     'x x . . . . . . x x',
  'participant.decide':     'x . . . . . . . x .',
  'participant.enroll':     'x x . . . . . . x .',
  'participant.status':     'x x . . . . . . x x',
  'participant.assess':     'x x . . . . . . x .',
  'participant.read':       'x x x x x x x . x x',
  'deviation.manage':       'x x . x . . . . x x',
  'deviation.read':         'x x x x . x x . x x',
  'treatment.record':       'x x x . . . . . x x',
  'treatment.read':         'x x x x x x x . x x',
  'product.recall':         '. . . . x . . . . .',
  'safety.report':          'x x . . . . . . x x',
  'safety.assess':          'x . . . . . . . x .',
  'safety.assessAsSponsor': '. . . . x . . . x .',
  'safety.void':            'x . . . . . . . x .',
  'safety.monitor':         '. . . . x . . . . x',
  'safety.read':            'x x . x x x x . x x',
  'signature.read':         'x x . x . x x . x x',
  'signature.sign':         'x . . . . . . . . .',
  'reporting.read':         'x x . x x x x . x x',
  'reporting.manage':       '. . . . x . . . . x',
  'reporting.fulfil':       'x . . . . . . . . .',
  'reporting.rules':        '. . . . x . . x . .',
  'data.correct':           'x x . . . x . . x .',
  'alert.read':             'x x . x x x x . x x',
  'alert.acknowledge':      'x . . . x . . . . .',
  'alert.configure':        '. . . . x . . x . .',
  'alert.send':             '. . . . . . . . . x',
  'audit.read':             'x . . x . x x . . .',
  'audit.export':           '. . . . . x x . . .',
  'inspection.read':        'x x . x . x x . . .',
  'account.manage':         '. . . . . . . x . .',
  'account.read':           '. . . . . . x x . .',
  'account.own':            '. . . . . . . . . .',
};

const cells = permissions.flatMap(permission =>
  roles.map((role, column) => [role, permission, matrix[permission].split(' ')[column] === 'x'] as const),
);

describe('the table of roles', () => {
  test.each(cells)('%s: %s is %s', (role, permission, expected) => {
    expect(allows(role, permission)).toBe(expected);
  });

  test('covers every role and every permission', () => {
    const columns = Object.values(matrix).map(row => row.split(' ').length);
    expect(columns).toEqual(permissions.map(() => roles.length));
  });

  test('an inspector changes nothing', () => {
    const writing = permissions.filter(permission => !readingPermissions.includes(permission));
    expect(writing.filter(permission => allows('inspector', permission))).toEqual([]);
  });
});

const trial = 'NCT05794425';
const at = (...sites: string[]): RoleAssignment[] => [{ role: 'investigator', trial, sites }];

describe('a grant', () => {
  test('covers the own site, by its id or in a participant’s', () => {
    const expected = {
      role: 'investigator',
      scope: { trial, sites: ['03'] },
      site: '03',
      delegation: undefined,
    };
    expect(grantFor(at('03'), 'participant.record', { trial, site: '03' })).toEqual(expected);
    expect(grantFor(at('03'), 'participant.record', { trial, participant: '03-007' })).toEqual(expected);
  });

  test.each([
    ['another site', { trial, site: '04' }],
    ['a participant of another site', { trial, participant: '04-001' }],
    ['the own site and a participant of another one', { trial, site: '03', participant: '04-001' }],
    ['a participant without a site', { trial, participant: '03007' }],
    ['another trial', { trial: 'NCT00000001', site: '03' }],
    ['no trial', { site: '03' }],
    ['an account', { user: 'coordinator-01' }],
  ])('never covers %s', (_, target) => {
    expect(grantFor(at('03'), 'participant.read', target)).toBeUndefined();
    expect(grantFor(at('03'), 'participant.record', target)).toBeUndefined();
  });

  test('lets a site’s reader ask of the whole trial, and cuts the answer to the sites', () => {
    expect(grantFor(at('05', '03'), 'site.read', { trial })?.scope).toEqual({ trial, sites: ['03', '05'] });
  });

  test('does not let a site’s writer change what names no site', () => {
    expect(grantFor(at('03'), 'participant.record', { trial })).toBeUndefined();
    expect(
      grantFor([{ role: 'investigator', trial, sites: 'all' }], 'participant.record', { trial }),
    ).toBeDefined();
  });

  test('joins the sites of all roles that give the permission, and no others', () => {
    const held: RoleAssignment[] = [
      { role: 'monitor', trial, sites: ['05'] },
      { role: 'coordinator', trial, sites: ['03'], delegation: 'data entry' },
      { role: 'pharmacist', trial, sites: ['07'] },
      { role: 'monitor', trial: 'NCT00000001', sites: 'all' },
    ];
    const grant = grantFor(held, 'safety.read', { trial, site: '03' });
    expect(grant).toEqual({
      role: 'coordinator',
      scope: { trial, sites: ['03', '05'] },
      site: '03',
      delegation: 'data entry',
    });
  });

  test('needs a role for every trial where no trial is named', () => {
    const target = { user: 'coordinator-01' };
    expect(
      grantFor([{ role: 'administrator', trial, sites: 'all' }], 'account.manage', target),
    ).toBeUndefined();
    expect(
      grantFor([{ role: 'administrator', trial: '*', sites: 'all' }], 'account.manage', target)?.scope,
    ).toEqual({
      trial: '*',
      sites: 'all',
    });
  });

  test('is not given for a permission that nobody knows', () => {
    expect(
      grantFor([{ role: 'administrator', trial: '*', sites: 'all' }], 'everything', { trial }),
    ).toBeUndefined();
  });
});

const siteIds = fc.constantFrom<string[]>('01', '02', '03', '701');
const trialIds = fc.constantFrom('T1', 'T2');
const assignments = fc.array(
  fc.record({
    role: fc.constantFrom(...roles),
    trial: fc.oneof(trialIds, fc.constant('*')),
    sites: fc.oneof(fc.constant('all' as const), fc.uniqueArray(siteIds, { minLength: 1 })),
  }),
  { maxLength: 4 },
);
const targets = fc.record(
  {
    trial: trialIds,
    site: siteIds,
    participant: siteIds.map(site => `${site}-007`),
    user: fc.constant('u-1'),
  },
  { requiredKeys: [] },
);

test('law: a grant never reaches beyond what some role of this trial gives', () => {
  fc.assert(
    fc.property(assignments, fc.constantFrom(...permissions), targets, (held, permission, target) => {
      const grant = grantFor(held, permission, target);
      const giving = held.filter(
        ({ role, trial: of }) => allows(role, permission) && (of === '*' || of === target.trial),
      );
      const reach = (site: string): boolean =>
        giving.some(({ sites }) => sites === 'all' || sites.includes(site));
      if (!grant) return;
      expect(grant.scope.trial).toBe(target.trial ?? '*');
      expect(giving.map(({ role }) => role)).toContain(grant.role);
      expect(sitesNamedBy(target).every(reach)).toBe(true);
      const everywhere = giving.some(({ sites }) => sites === 'all');
      expect(grant.scope.sites === 'all' ? everywhere : grant.scope.sites.every(reach)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('law: who is given something on a site is refused it on a site that no role of theirs covers', () => {
  fc.assert(
    fc.property(assignments, fc.constantFrom(...permissions), targets, (held, permission, target) => {
      const sited = held.filter(({ sites }) => sites !== 'all');
      const foreign = { ...target, trial: target.trial ?? 'T1', site: '99' };
      expect(grantFor(sited, permission, foreign)).toBeUndefined();
    }),
  );
});

test.each([
  ['03-007', '03'],
  ['701-1015', '701'],
  ['03-007-2', '03'],
  ['03007', ''],
])('the site of participant %s is "%s"', (participant, site) => {
  expect(siteOfParticipant(participant)).toBe(site);
});
