import { isPartialDate } from '@platform/kernel';
import {
  anchorKinds,
  caseConditions,
  parties,
  verificationMarks,
  type Limit,
  type ReportingRule,
  type RuleSet,
  type Trigger,
} from './rule';

export interface RuleFailure {
  /** `CN-SUSAR-7.limit.amount`; the set's own fields without a rule in front. */
  readonly path: string;
  readonly reason: string;
}

type Fault = readonly [field: string, reason: string];

/** Everything that is wrong with a rule set, so that data that cannot be acted upon never comes into force. */
export function validateRuleSet(set: RuleSet): RuleFailure[] {
  const ids = set.rules.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const ofSet: Fault[] = [
    ...faultOf(!isCode(set.id), 'id', 'A set has an id in capital letters, digits and hyphens.'),
    ...faultOf(set.version.trim() === '', 'version', 'A set has a version.'),
    ...faultOf(set.rules.length === 0, 'rules', 'A set has at least one rule.'),
    ...twice.map((id): Fault => ['rules', `${id} stands in the set twice.`]),
  ];
  const ofRules = set.rules.flatMap(rule =>
    faultsOfRule(rule, set).map(([field, reason]) => ({ path: `${rule.id}.${field}`, reason })),
  );
  return [...ofSet.map(([path, reason]) => ({ path, reason })), ...ofRules];
}

const isCode = (text: string): boolean => /^[A-Z][A-Z0-9-]{1,39}$/.test(text);

const faultOf = (wrong: boolean, field: string, reason: string): Fault[] => (wrong ? [[field, reason]] : []);

function faultsOfRule(rule: ReportingRule, set: RuleSet): Fault[] {
  const { effectiveFrom, effectiveUntil, verification } = rule;
  const stranger = [rule.from, ...rule.to, ...(rule.passedOnTo ?? [])].find(
    party => !parties.includes(party),
  );
  const ends = effectiveUntil !== undefined;
  return [
    ...faultOf(!isCode(rule.id), 'id', 'A rule has an id in capital letters, digits and hyphens.'),
    ...faultOf(rule.version.trim() === '', 'version', 'A rule has a version.'),
    ...faultOf(rule.jurisdiction !== set.jurisdiction, 'jurisdiction', 'It differs from that of the set.'),
    ...faultOf(rule.citation.trim() === '', 'citation', 'Say which text the rule stands in.'),
    ...faultOf(!verificationMarks.includes(verification.mark), 'verification.mark', 'There is no such mark.'),
    ...faultOf(verification.says.trim() === '', 'verification.says', 'Say how far the text was verified.'),
    ...faultOf(!isDay(effectiveFrom), 'effectiveFrom', 'This is no day.'),
    ...faultOf(ends && !isDay(effectiveUntil), 'effectiveUntil', 'This is no day.'),
    ...faultOf(ends && effectiveUntil <= effectiveFrom, 'effectiveUntil', 'It ends before it begins.'),
    ...faultOf(stranger !== undefined, 'to', `There is no party "${stranger}".`),
    ...faultOf(rule.to.length === 0, 'to', 'A report goes to somebody.'),
    ...faultOf(!anchorKinds.includes(rule.anchor), 'anchor', 'There is no such anchor.'),
    ...faultsOfLimit(rule.limit),
    ...faultsOfTrigger(rule.trigger, set),
    ...faultsBetween(rule),
  ];
}

const isDay = (text: string): boolean => text.length === 10 && isPartialDate(text);

function faultsOfLimit({ unit, amount, inclusive, operational }: Limit): Fault[] {
  if (unit === 'immediately') {
    const hours = operational?.hours ?? 0;
    return [
      ...faultOf(amount !== undefined, 'limit.amount', 'Immediately has no amount.'),
      ...faultOf(hours <= 0, 'limit.operational', 'Without an operational reading nothing could be chased.'),
    ];
  }
  const whole = Number.isInteger(amount) && amount! > 0;
  return [
    ...faultOf(!['hours', 'days'].includes(unit), 'limit.unit', 'There is no such unit.'),
    ...faultOf(!whole, 'limit.amount', 'A limit is a whole number above zero.'),
    ...faultOf(operational !== undefined, 'limit.operational', 'A limit in numbers is its own reading.'),
    ...faultOf(unit === 'hours' && !inclusive, 'limit.inclusive', 'Hours have no last day to leave out.'),
  ];
}

function faultsOfTrigger(trigger: Trigger, set: RuleSet): Fault[] {
  if ('all' in trigger) {
    const inner = trigger.all.flatMap(each => faultsOfTrigger(each, set));
    return [...faultOf(trigger.all.length === 0, 'trigger.all', 'It would hold for every case.'), ...inner];
  }
  if ('manual' in trigger)
    return faultOf(trigger.manual.trim() === '', 'trigger.manual', 'Say what opens it.');
  if ('fact' in trigger || 'not' in trigger) {
    const condition = 'fact' in trigger ? trigger.fact : trigger.not;
    // What is not judged yet counts as possible; its opposite would have to as well.
    const judged = 'not' in trigger && ['related', 'unexpected'].includes(condition);
    return [
      ...faultOf(!caseConditions.includes(condition), 'trigger', `There is no condition "${condition}".`),
      ...faultOf(judged, 'trigger.not', `The opposite of "${condition}" opens no obligation.`),
    ];
  }
  const named = 'followsUp' in trigger ? [trigger.followsUp] : trigger.newsAfter;
  const unknown = named.find(id => !set.rules.some(rule => rule.id === id));
  return [
    ...faultOf(named.length === 0, 'trigger', 'Name the rules whose report it follows.'),
    ...faultOf(unknown !== undefined, 'trigger', `The set has no rule ${unknown}.`),
  ];
}

/** The anchor has to be one that the trigger can give. */
function faultsBetween({ trigger, anchor }: ReportingRule): Fault[] {
  const [own] = Object.entries({ followsUp: 'initialReport', newsAfter: 'newInformation', manual: 'event' })
    .filter(([kind]) => kind in trigger)
    .map(([, only]) => only);
  const apart = ['initialReport', 'newInformation', 'event'].includes(anchor);
  return own === undefined
    ? faultOf(apart, 'anchor', `No case gives "${anchor}" by itself.`)
    : faultOf(anchor !== own, 'anchor', `With this trigger the anchor is "${own}".`);
}
