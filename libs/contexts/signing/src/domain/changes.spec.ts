import { SignedHistory } from '../testing/signed-history';
import { editsOfSigned, isEdit } from './changes';

let history: SignedHistory;
beforeEach(() => (history = new SignedHistory()));

/** Ids of the edits of signed facts in one stream, behind an event of it. */
const editsBehind = ({ stream, revision }: { stream: string; revision: number }): string[] =>
  editsOfSigned(history.events.filter(each => each.stream === stream && each.revision > revision)).map(
    ({ id }) => id,
  );

test('a correction of what was signed is one, however late and however often', () => {
  const weight = history.entry();
  history.entry();
  const [first, second] = [history.correct(weight), history.correct(weight, 2)];
  expect(editsBehind(weight)).toEqual([first.id, second.id]);
});

test('a correction of what was entered afterwards is none', () => {
  const signed = history.entry();
  const later = history.entry();
  history.correct(later);
  expect(editsBehind(signed)).toEqual([]);
});

test('an assessment that is made otherwise is one, unless the first was made afterwards as well', () => {
  const about = { adverseEvent: 'ae-1' };
  const seriousness = (previous?: { serious: boolean }) =>
    history.write(
      'adverseEvent-ae-1' as never,
      {
        ...{ type: 'SeriousnessAssessed', data: { serious: !previous?.serious } },
        ...(previous && { previous }),
      },
      about,
    );
  const first = seriousness();
  const otherwise = seriousness({ serious: true });
  expect(editsBehind(first)).toEqual([otherwise.id]);
  expect(editsBehind({ ...first, revision: -1 })).toEqual([]);
});

test('the causality of one product says nothing of that of another', () => {
  const causality = (product: string, previous?: { term: string }) =>
    history.entry('CausalityAssessed', { product, term: 'possible', ...previous }, 'adverseEvent');
  const signed = causality('CSA');
  causality('MSC');
  const data = { product: 'CSA', term: 'unlikely' };
  const changed = history.write(
    signed.stream,
    {
      ...{ type: 'CausalityAssessed', data, previous: { term: 'possible' } },
    },
    signed.metadata.subject,
  );
  expect(editsBehind(signed)).toEqual([changed.id]);
});

test('a plan that is changed is one, unless the infusion was planned afterwards', () => {
  const infusion = (type: string, id: string, previous?: { units: string }) =>
    history.write(
      'treatment-T1.03-007' as never,
      { type, data: { units: id }, ...(previous && { previous }) },
      {
        ...{ trial: 'T1', participant: '03-007', infusion: id },
      },
    );
  const signed = infusion('InfusionPlanned', 'i-1');
  infusion('InfusionPlanned', 'i-2');
  infusion('InfusionPlanChanged', 'i-2', { units: 'a' });
  const changed = infusion('InfusionPlanChanged', 'i-1', { units: 'b' });
  expect(editsBehind(signed)).toEqual([changed.id]);
});

test.each([
  ['the next status', 'ParticipantStatusChanged', 'participant', false],
  ['a newer consent', 'ConsentSigned', 'participant', false],
  ['a deviation that is assessed', 'DeviationAssessed', 'deviation', false],
  ['a decision that is made anew', 'ScreeningDecisionRecorded', 'participant', true],
  ['a change of the trial', 'ValueCorrected', 'trial', false],
])('%s: an edit is %4$s', (_what, type, category, expected) => {
  const event = { type, data: {}, previous: { value: 'before' } };
  expect(isEdit(history.write(`${category}-T1.03-007` as never, event))).toBe(expected);
});

test('a report that is made void is one', () => {
  expect(isEdit(history.entry('AdverseEventVoided', {}, 'adverseEvent'))).toBe(true);
});
