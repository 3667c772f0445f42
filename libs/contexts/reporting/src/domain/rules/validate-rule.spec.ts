import type { RuleSet } from './rule';
import { ruleSetOf, ruleSets } from './rule-sets';
import { validateRuleSet } from './validate-rule';

const china = ruleSetOf('CN-DRUG', '1')!;
const [first] = china.rules;

const withRule = (id: string, change: object): RuleSet => ({
  ...china,
  rules: china.rules.map(rule => (rule.id === id ? { ...rule, ...change } : rule)),
});
const limitOf = (limit: object) => ({ limit: { inclusive: true, ...limit } });

describe('the shipped rule sets', () => {
  test.each(ruleSets.map(set => [set.id, set] as const))('%s can be acted upon', (_id, set) => {
    expect(validateRuleSet(set)).toEqual([]);
  });

  test('have each version once, and each rule in one set', () => {
    const versions = ruleSets.map(({ id, version }) => `${id} ${version}`);
    expect(new Set(versions).size).toBe(versions.length);
    const rules = ruleSets.flatMap(set => set.rules.map(({ id, version }) => `${id} ${version}`));
    expect(new Set(rules).size).toBe(rules.length);
  });

  test('say of each rule how far its text was verified', () => {
    const marks = Object.fromEntries(
      ruleSets.flatMap(({ rules }) => rules.map(({ id, verification }) => [id, verification.mark])),
    );
    expect(marks).toEqual({
      ...{ 'CN-SC-24H': 'docDraft', 'CN-SC-15D': 'docDraft', 'CN-SC-ERROR': 'docDraft' },
      ...{ 'CN-GCP-INV': 'unverified', 'CN-SUSAR-7': 'doc', 'CN-SUSAR-7F': 'doc', 'CN-SUSAR-15': 'doc' },
      ...{ 'CN-SUSAR-FU': 'doc', 'ICH-E2A-7': 'quoted', 'ICH-E2A-8': 'quoted', 'ICH-E2A-15': 'quoted' },
      ...{ 'US-7': 'quoted', 'US-15': 'quoted', 'EU-INV-24': 'doc', 'EU-SUSAR-7': 'unverified' },
      ...{ 'EU-SUSAR-7F': 'unverified', 'EU-SUSAR-15': 'unverified', 'EU-UPGRADE-7': 'unverified' },
    });
  });
});

describe('a rule set that could not be acted upon', () => {
  test.each<[string, RuleSet]>([
    ['id', { ...china, id: 'cn drug' }],
    ['version', { ...china, version: ' ' }],
    ['rules', { ...china, rules: [] }],
    ['rules', { ...china, rules: [...china.rules, first!] }],
    ['CN-SUSAR-7.version', withRule('CN-SUSAR-7', { version: '' })],
    ['CN-SUSAR-7.jurisdiction', withRule('CN-SUSAR-7', { jurisdiction: 'EU' })],
    ['CN-SUSAR-7.citation', withRule('CN-SUSAR-7', { citation: '' })],
    ['CN-SUSAR-7.verification.mark', withRule('CN-SUSAR-7', { verification: { mark: 'heard', says: 'So' } })],
    ['CN-SUSAR-7.verification.says', withRule('CN-SUSAR-7', { verification: { mark: 'doc', says: '' } })],
    ['CN-SUSAR-7.effectiveFrom', withRule('CN-SUSAR-7', { effectiveFrom: '2018-05' })],
    ['CN-SUSAR-7.effectiveUntil', withRule('CN-SUSAR-7', { effectiveUntil: '2024-02-30' })],
    ['CN-SUSAR-7.effectiveUntil', withRule('CN-SUSAR-7', { effectiveUntil: '2018-05-01' })],
    ['CN-SUSAR-7.to', withRule('CN-SUSAR-7', { to: ['neighbours'] })],
    ['CN-SUSAR-7.to', withRule('CN-SUSAR-7', { to: [] })],
    ['CN-SUSAR-7.anchor', withRule('CN-SUSAR-7', { anchor: 'newInformation' })],
    ['CN-SUSAR-7F.anchor', withRule('CN-SUSAR-7F', { anchor: 'sponsorFirstKnowledge' })],
    ['CN-SUSAR-7.limit.amount', withRule('CN-SUSAR-7', limitOf({ unit: 'days', amount: 0.5 }))],
    ['CN-SUSAR-7.limit.amount', withRule('CN-SUSAR-7', limitOf({ unit: 'hours' }))],
    ['CN-SUSAR-7.limit.operational', withRule('CN-SUSAR-7', limitOf({ unit: 'immediately' }))],
    ['CN-SUSAR-7.limit.unit', withRule('CN-SUSAR-7', limitOf({ unit: 'weeks', amount: 1 }))],
    [
      'CN-SUSAR-7.limit.inclusive',
      withRule('CN-SUSAR-7', limitOf({ unit: 'hours', amount: 1, inclusive: false })),
    ],
    ['CN-SUSAR-7.trigger', withRule('CN-SUSAR-7', { trigger: { fact: 'rare' } })],
    ['CN-SUSAR-7.trigger.not', withRule('CN-SUSAR-7', { trigger: { not: 'unexpected' } })],
    ['CN-SUSAR-7.trigger.all', withRule('CN-SUSAR-7', { trigger: { all: [] } })],
    ['CN-SUSAR-7F.trigger', withRule('CN-SUSAR-7F', { trigger: { followsUp: 'CN-SUSAR-8' } })],
    ['CN-SUSAR-FU.trigger', withRule('CN-SUSAR-FU', { trigger: { newsAfter: [] } })],
  ])('names %s', (path, set) => {
    expect(validateRuleSet(set).map(failure => failure.path)).toEqual([path]);
  });
});
