import { activeFrom, ae, SmallCase } from '../../testing';
import { clockOf } from './case';

const day = (date: string, time = '08:00') => `2024-03-${date}T${time}:00.000Z`;
const china = { sets: ['CN-DRUG'] };

/** A serious event that is known since 5 March, before anybody thought of American rules. */
const known = (of: object = china) => new SmallCase(of).learn(day('05'), ae.report(), ae.hospitalised);

describe('a rule set that is activated when a case is known already', () => {
  it('opens what is owed from the day that the case was known, also when it is overdue by then', () => {
    const subject = known().learn(day('06'), ae.expected(false)).activate(day('28'), 'ICH-E2A', '2024-03-01');
    const opened = subject.of('ICH-E2A-15');
    expect(clockOf(opened)).toMatchObject({
      ...{ why: 'ruleSetActivated', since: day('28'), start: day('05'), dueLocal: '2024-03-20T23:59:59' },
      cause: { event: 'activated-ICH-E2A' },
    });
    expect(clockOf(opened).because[0]).toBe('rule set activated: ICH-E2A, version 1');
    expect(subject.passes(day('28')).outline('ICH-E2A-15')).toEqual(['open: 2024-03-20T23:59:59 missed']);
  });

  it('opens nothing for what began before its first day, nor what its triggers do not ask for', () => {
    const before = known().open();
    expect(known().activate(day('28'), 'ICH-E2A', '2024-03-06').open()).toEqual(before);
    const calm = new SmallCase(china).learn(day('05'), ae.report(), ae.notSerious);
    expect(calm.activate(day('28'), 'ICH-E2A', '2024-03-01').open()).toEqual([]);
  });

  it('leaves the obligations of other sets as they are, and is not asked twice', () => {
    const subject = known();
    const before = subject.state.obligations;
    subject.activate(day('28'), 'ICH-E2A', '2024-03-01');
    expect(subject.state.obligations.slice(0, before.length)).toEqual(before);
    const { length } = subject.written;
    subject.activate(day('29'), 'ICH-E2A', '2024-03-01');
    expect(subject.written).toHaveLength(length);
  });

  it('is no news for a case whose later event was reviewed by it already', () => {
    const subject = known({ sets: ['CN-DRUG', 'ICH-E2A'] });
    const earlier = { event: 'activated-ICH-E2A', position: '0' };
    expect(subject.reviewed(day('28'), earlier, { ruleSet: 'ICH-E2A', version: '1' })).toEqual([]);
  });

  it('says nothing of activation in what follows from the case itself', () => {
    const subject = known({ activations: activeFrom(['ICH-E2A']) });
    expect(clockOf(subject.of('ICH-E2A-15')).why).toBe('opened');
  });
});
