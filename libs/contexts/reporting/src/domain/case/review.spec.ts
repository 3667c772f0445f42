import { activeFrom, ae, SmallCase } from '../../testing';
import { clockOf } from './case';

const day = (date: string, time = '08:00') => `2024-03-${date}T${time}:00.000Z`;
const zone = 'Asia/Shanghai';
const china = { sets: ['CN-DRUG'] };
const europe = { sets: ['EU-CTR'] };
const saved = (subject: SmallCase, at = day('05')) => subject.learn(at, ae.report(), ae.hospitalised);

describe('an upgrade', () => {
  it('to a threat to life starts the shorter clock, which supersedes the longer one in the same decision', () => {
    const subject = saved(new SmallCase(china)).learn(day('10'), ae.dying);
    expect(subject.outline('CN-SUSAR-15')).toEqual(['superseded (upgrade CN-SUSAR-7): 2024-03-20T23:59:59']);
    expect(subject.outline('CN-SUSAR-7')).toEqual(['open: 2024-03-17T23:59:59']);
    expect(subject.outline('CN-SUSAR-7F')).toEqual(['open: 2024-03-25T23:59:59']);
    expect(subject.written.slice(-3).map(({ type }) => type)).toEqual([
      'ObligationOpened',
      'ObligationSuperseded',
      'ObligationOpened',
    ]);
  });

  it('starts the shorter clock also when the longer one was fulfilled', () => {
    const subject = saved(new SmallCase(china))
      .fulfil(day('08'), 'CN-SUSAR-15', '2024-03-08T10:00')
      .learn(day('10'), ae.died);
    expect(subject.outline('CN-SUSAR-15')).toEqual(['fulfilled: 2024-03-20T23:59:59']);
    expect(subject.outline('CN-SUSAR-7')).toEqual(['open: 2024-03-17T23:59:59']);
  });

  it('to death has a clock of its own in Europe, from when the death was known', () => {
    const turned = saved(new SmallCase(europe)).learn(day('10'), ae.died);
    expect(turned.outline('EU-SUSAR-15')).toEqual(['superseded (upgrade EU-UPGRADE-7): 2024-03-20T23:59:59']);
    expect(turned.outline('EU-UPGRADE-7')).toEqual(['open: 2024-03-17T23:59:59']);
    expect(turned.outline('EU-SUSAR-7')).toEqual([]);
  });

  it('to death leaves the earlier clock of a life-threatening case running', () => {
    const turned = new SmallCase(europe).learn(day('05'), ae.report(), ae.dying).learn(day('08'), ae.died);
    expect(turned.outline('EU-SUSAR-7')).toEqual(['open: 2024-03-12T23:59:59']);
    expect(turned.outline('EU-UPGRADE-7')).toEqual(['open: 2024-03-15T23:59:59']);
  });

  it('from not serious counts from when it was known to be serious, not from when it was known', () => {
    const awareAt = { at: '2024-03-02T09:00', zone };
    const subject = new SmallCase({ sets: ['CN-STEM-CELL', 'CN-DRUG'] })
      .learn(day('05'), ae.report({ awareAt }), ae.notSerious)
      .learn(day('10'), ae.hospitalised);
    expect(subject.outline('CN-SC-24H')).toEqual(['open: 2024-03-11T16:00:00']);
    expect(subject.outline('CN-SUSAR-15')).toEqual(['open: 2024-03-25T23:59:59']);
  });
});

describe('a downgrade', () => {
  it('from a threat to life leaves the longer clock, from the earliest knowledge', () => {
    const subject = saved(new SmallCase(china)).learn(day('06'), ae.dying).learn(day('07'), ae.hospitalised);
    expect(subject.outline('CN-SUSAR-7')).toEqual([
      'superseded (downgrade CN-SUSAR-15): 2024-03-13T23:59:59',
    ]);
    expect(subject.outline('CN-SUSAR-15')).toEqual([
      'superseded (upgrade CN-SUSAR-7): 2024-03-20T23:59:59',
      'open: 2024-03-20T23:59:59',
    ]);
  });

  it('needs no second report where the faster one was sent', () => {
    const subject = new SmallCase(china)
      .learn(day('05'), ae.report(), ae.dying)
      .fulfil(day('06'), 'CN-SUSAR-7', '2024-03-06T10:00')
      .learn(day('07'), ae.hospitalised);
    expect(subject.outline('CN-SUSAR-15')).toEqual([]);
    expect(subject.outline('CN-SUSAR-7')).toEqual(['fulfilled: 2024-03-12T23:59:59']);
  });
});

describe('what is not judged', () => {
  it('counts against the sponsor: unassessed is related, and the clock runs provisionally', () => {
    const subject = saved(new SmallCase({}));
    expect(subject.of('CN-SUSAR-15')).toMatchObject({ provisional: true });
    expect(clockOf(subject.of('CN-SUSAR-15')).because).toEqual([
      'serious by hospitalisation',
      'related to UCB-MSC: not assessed by the investigator, which counts as related',
      expect.stringContaining('not judged against the reference safety information'),
      'neither fatal nor life-threatening',
    ]);
    // The sponsor has determined nothing yet.
    expect(subject.outline('US-15')).toEqual([]);
    subject.learn(day('09'), ae.expected(false));
    expect(subject.outline('US-15')).toEqual(['open: 2024-03-24T23:59:59']);
    expect(subject.of('US-15')).toMatchObject({ provisional: false });
  });

  it('starts the clock of receipt with what was received, that of knowledge with what was known', () => {
    const subject = new SmallCase({ sets: ['US-IND', 'CN-DRUG'] })
      .learn(day('05'), ae.report(), ae.causality('investigator', false), ae.dying)
      .learn(day('10'), ae.causality('sponsor', true));
    expect(subject.outline('US-7')).toEqual(['open: 2024-03-12T23:59:59']);
    expect(subject.outline('CN-SUSAR-7')).toEqual(['open: 2024-03-17T23:59:59']);
  });

  it('waits in Europe for the minimum information', () => {
    const subject = new SmallCase(europe).learn(
      day('05'),
      ae.report({ reporter: undefined }),
      ae.hospitalised,
    );
    expect(subject.open()).toEqual(['EU-INV-24']);
  });
});

describe('a corrected anchor', () => {
  it('opens another clock and leaves the old one visible', () => {
    const awareAt = { at: '2024-03-05', zone };
    const subject = new SmallCase({ sets: ['CN-STEM-CELL'] })
      .learn(day('05'), ae.report({ awareAt }), ae.hospitalised)
      .learn(day('06'), ae.amended({ awareAt: { at: '2024-03-04T09:00', zone } }));
    // A day that is all that is known begins at its first moment.
    expect(subject.outline('CN-SC-24H')).toEqual(['open: 2024-03-06T00:00:00 > 2024-03-05T09:00:00']);
    const event = subject.written.at(-1);
    expect(event).toMatchObject({ type: 'ObligationReanchored', data: { why: 'anchorCorrected' } });
    expect(event?.previous).toMatchObject({ clock: { number: 1, dueLocal: '2024-03-06T00:00:00' } });
  });

  it('that was withdrawn supersedes, and begins anew when it is known again', () => {
    const subject = saved(new SmallCase({ sets: ['CN-STEM-CELL'] }))
      .learn(day('10'), ae.amended({ end: '2024-03-09' }))
      .learn(day('11'), ae.amended({ end: null }))
      .learn(day('12'), ae.amended({ end: '2024-03-11' }));
    expect(subject.outline('CN-SC-15D')).toEqual([
      'superseded (anchorWithdrawn): 2024-03-24T23:59:59',
      'open: 2024-03-26T23:59:59',
    ]);
  });

  it('does not undo that a clock was missed', () => {
    const awareAt = (at: string) => ({ awareAt: { at, zone } });
    const subject = new SmallCase({ sets: ['CN-STEM-CELL'] })
      .learn(day('05'), ae.report(awareAt('2024-03-03T09:00')), ae.hospitalised)
      .passes(day('05', '09:00'))
      .learn(day('06'), ae.amended(awareAt('2024-03-06T09:00')))
      .passes(day('06', '14:00'));
    expect(subject.outline('CN-SC-24H')).toEqual(['open: 2024-03-04T09:00:00 > 2024-03-07T09:00:00 missed']);
    expect(subject.of('CN-SC-24H').notes.map(({ clock, share }) => [clock, share])).toEqual([
      [1, 100],
      [2, 50],
    ]);
  });
});

describe('what follows a report', () => {
  const lethal = () => new SmallCase(china).learn(day('05'), ae.report(), ae.dying);

  it('is due on the earlier of two readings: from the sending when that was early', () => {
    const subject = lethal().fulfil(day('08'), 'CN-SUSAR-7', '2024-03-08T10:00');
    expect(subject.outline('CN-SUSAR-7F')).toEqual(['open: 2024-03-20T23:59:59 > 2024-03-16T23:59:59']);
    expect(clockOf(subject.of('CN-SUSAR-7F')).readings).toEqual([
      {
        ...{ reading: 'dueDate', from: '2024-03-12T15:59:59.999Z', limit: '8 days, inclusive' },
        due: '2024-03-20T15:59:59.999Z',
      },
      {
        ...{ reading: 'sending', from: '2024-03-08T02:00:00.000Z', limit: '8 days, inclusive' },
        due: '2024-03-16T15:59:59.999Z',
      },
    ]);
  });

  it('and from the due date when the report was late', () => {
    const subject = lethal().fulfil(day('16'), 'CN-SUSAR-7', '2024-03-15T10:00');
    expect(subject.outline('CN-SUSAR-7')).toEqual(['fulfilled: 2024-03-12T23:59:59 missed']);
    expect(subject.outline('CN-SUSAR-7F')).toEqual(['open: 2024-03-20T23:59:59 > 2024-03-20T23:59:59']);
    expect(clockOf(subject.of('CN-SUSAR-7F')).readings.map(({ due }) => due)).toEqual([
      '2024-03-20T15:59:59.999Z',
      '2024-03-23T15:59:59.999Z',
    ]);
  });

  it('moves with its initial report, and goes when that is waived', () => {
    const moved = lethal().reanchor(day('06'), 'CN-SUSAR-7', '2024-03-03');
    expect(moved.outline('CN-SUSAR-7F')).toEqual(['open: 2024-03-20T23:59:59 > 2024-03-18T23:59:59']);
    expect(lethal().waive(day('06'), 'CN-SUSAR-7').outline('CN-SUSAR-7F')).toEqual([
      'superseded (initialWaived): 2024-03-20T23:59:59',
    ]);
  });

  it('is new information on a reported case: one clock for all that came in since', () => {
    const subject = saved(new SmallCase(china)).learn(day('06'), ae.amended({ description: 'Before' }));
    expect(subject.outline('CN-SUSAR-FU')).toEqual([]);
    subject.fulfil(day('08'), 'CN-SUSAR-15', '2024-03-08T10:00');
    subject
      .learn(day('09'), ae.amended({ description: 'First' }))
      .learn(day('12'), ae.amended({ description: 'Second' }));
    expect(subject.outline('CN-SUSAR-FU')).toEqual(['open: 2024-03-24T23:59:59']);
    subject.fulfil(day('13'), 'CN-SUSAR-FU', '2024-03-13T10:00');
    expect(subject.open()).toEqual(['CN-GCP-INV']);
    subject.learn(day('14'), ae.expected(false));
    expect(subject.outline('CN-SUSAR-FU')[1]).toBe('open: 2024-03-29T23:59:59');
  });

  it('is owed for what came in between the sending and its recording', () => {
    const subject = saved(new SmallCase(china))
      .learn(day('09'), ae.amended({ description: 'After the letter had gone' }))
      .fulfil(day('12'), 'CN-SUSAR-15', '2024-03-08T10:00');
    expect(subject.outline('CN-SUSAR-FU')).toEqual(['open: 2024-03-24T23:59:59']);
  });
});

describe('a review', () => {
  it('opens nothing where nothing is active, or where the study gives no cells', () => {
    expect(saved(new SmallCase({ sets: [] })).state.obligations).toEqual([]);
    const drugOnly = saved(new SmallCase({ sets: ['CN-STEM-CELL'], cellProduct: false }));
    expect(drugOnly.state.obligations).toEqual([]);
  });

  it('goes by the version in force on the day that the clock begins', () => {
    const later = saved(new SmallCase({ activations: activeFrom(['CN-DRUG'], '2024-03-06') }));
    expect(later.open()).toEqual([]);
    later.learn(day('06'), ae.dying);
    expect(later.open()).toEqual(['CN-SUSAR-7', 'CN-SUSAR-7F']);
    const [active] = activeFrom(['CN-DRUG']).history;
    const ended = { ...active!, active: false, from: '2024-03-06' };
    const until = saved(new SmallCase({ activations: { history: [active!, ended] } }));
    expect(until.open()).toEqual(['CN-GCP-INV', 'CN-SUSAR-15']);
    // What is open keeps its rule, and stays as long as nothing takes its place; nothing further is opened.
    expect(until.learn(day('07'), ae.dying).open()).toEqual(['CN-GCP-INV', 'CN-SUSAR-15']);
    expect(until.learn(day('08'), ae.notSerious).open()).toEqual([]);
  });

  it('that is repeated later does not go back behind what was reviewed since', () => {
    const subject = new SmallCase(china).learn(day('05'), ae.report()).learn(day('06'), ae.hospitalised);
    expect(subject.open()).toEqual(['CN-GCP-INV', 'CN-SUSAR-15']);
    expect(subject.reviewed(day('07'), { event: 'ae-event-0', position: '0' })).toEqual([]);
  });

  it('leaves what was waived alone, and voids everything with the event', () => {
    const subject = saved(new SmallCase(china))
      .waive(day('06'), 'CN-SUSAR-15')
      .learn(day('07'), ae.expected(false));
    expect(subject.outline('CN-SUSAR-15')).toEqual(['waived: 2024-03-20T23:59:59']);
    expect(subject.learn(day('08'), ae.voided).open()).toEqual([]);
    expect(subject.outline('CN-GCP-INV')).toEqual(['superseded (voided): 2024-03-06T16:00:00']);
  });
});
