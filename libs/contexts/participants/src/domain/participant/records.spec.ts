import { eventIdOf } from '@platform/kernel';
import { scenario } from '@platform/kernel/testing';
import {
  at03,
  consented,
  departuresOf,
  importing,
  investigator,
  prescreened,
  status,
  was,
} from '../../testing/people';
import { participantDecider, type ParticipantEvent } from './participant';
import {
  attestStatements,
  recordDiagnosis,
  recordLaboratoryResults,
  recordMeasurements,
  recordMedicalHistory,
} from './records';

const person = scenario(participantDecider);
const screening: readonly ParticipantEvent[] = [...consented, status('inScreening', '2024-03-03')];
const haemoglobin = { analyte: 'HGB', quantity: { value: 90, unit: 'g/L' }, collectedAt: '2024-03-04' };
const platelets = { analyte: 'PLAT', quantity: { value: 30, unit: '10*9/L' }, collectedAt: '2024-03-04' };

describe('a panel of results', () => {
  it('is recorded in one go, one event for each, and once', () => {
    person
      .given(...screening)
      .when(state => recordLaboratoryResults({ results: [haemoglobin, platelets] }, state, at03()))
      .yields(
        was('LaboratoryResultRecorded', haemoglobin, '2024-03-04'),
        was('LaboratoryResultRecorded', platelets, '2024-03-04'),
      )
      .when(state => recordLaboratoryResults({ results: [platelets, haemoglobin] }, state, at03()))
      .yieldsNothing()
      .when(state =>
        recordLaboratoryResults(
          { results: [haemoglobin, { ...platelets, laboratory: 'other' }] },
          state,
          at03(),
        ),
      )
      .yields(was('LaboratoryResultRecorded', { ...platelets, laboratory: 'other' }, '2024-03-04'));
  });

  it('names the result that cannot be taken, and takes none', () => {
    const wrong = (second: object, rule: string, field: string) =>
      person
        .given(...screening)
        .when(state =>
          recordLaboratoryResults({ results: [haemoglobin, { ...platelets, ...second }] }, state, at03()),
        )
        .isRejected(rule, field);
    wrong({ quantity: { value: 30, unit: 'G per L' } }, 'RESULT-UNIT', 'results[1].quantity.unit');
    wrong({ quantity: { value: 30, unit: 'kg' } }, 'RESULT-UNIT-KIND', 'results[1].quantity.unit');
    wrong({ quantity: { value: Number.NaN, unit: '10*9/L' } }, 'RESULT-NUMBER', 'results[1].quantity.value');
    wrong({ quantity: undefined }, 'RESULT-EMPTY', 'results[1]');
    wrong({ quantity: undefined, text: '  ' }, 'RESULT-EMPTY', 'results[1]');
    wrong({ quantity: undefined, text: 'low', bound: 'below' }, 'RESULT-BOUND', 'results[1].bound');
    wrong({ collectedAt: '2024-03-06' }, 'RECORD-FUTURE', 'results[1].collectedAt');
    wrong({ collectedAt: '2024-02-30' }, 'RECORD-DATE', 'results[1].collectedAt');
    wrong({ collectedAt: undefined }, 'RECORD-DATE', 'results[1].collectedAt');
    person
      .given()
      .when(state => recordLaboratoryResults({ results: [haemoglobin] }, state, at03()))
      .isRejected('PARTICIPANT-UNKNOWN');
  });

  it('is today until midnight at the site, wherever the server is', () => {
    // 17:00 UTC on 5 March is one o'clock on 6 March in Shandong.
    const late = at03({ recordedAt: '2024-03-05T17:00:00.000Z' });
    const { events } = person
      .given(...screening)
      .when(state =>
        recordLaboratoryResults({ results: [{ ...haemoglobin, collectedAt: '2024-03-06' }] }, state, late),
      );
    expect(events).toHaveLength(1);
  });

  it('begins screening on the day of its first procedure', () => {
    const { events, state } = person
      .given(...consented)
      .when(before =>
        recordLaboratoryResults(
          { results: [haemoglobin, { ...platelets, collectedAt: '2024-03-03' }] },
          before,
          at03(),
        ),
      );
    expect(events[2]).toEqual({
      ...status('inScreening', '2024-03-03'),
      previous: { status: 'consented', since: '2024-03-02' },
    });
    expect(state.status?.status).toBe('inScreening');
  });

  it('begins screening again after a deferral, unless it is older than that', () => {
    const deferred = [...screening, status('deferred', '2024-03-04')];
    const on = (collectedAt: string) =>
      person
        .given(...deferred)
        .when(state => recordLaboratoryResults({ results: [{ ...haemoglobin, collectedAt }] }, state, at03()))
        .state.status?.status;
    expect([on('2024-03-03'), on('2024-03-04'), on('2024-03-05')]).toEqual([
      'deferred',
      'deferred',
      'inScreening',
    ]);
  });

  it('without consent is recorded, and departs once for the whole panel', () => {
    const results = [
      { ...haemoglobin, routineCare: true },
      haemoglobin,
      platelets,
      { ...platelets, collectedAt: '2024-03-01' },
    ];
    const context = at03();
    const { events } = person
      .given(prescreened)
      .when(state => recordLaboratoryResults({ results }, state, context));
    expect(events).toHaveLength(4);
    expect(departuresOf(events)).toEqual([
      {
        rule: 'SCR-CONSENT-BEFORE-PROCEDURE',
        category: 'consent',
        severity: 'major',
        description: '3 procedure(s) of the trial were done without a consent in force.',
        causes: [1, 2, 3].map(index => eventIdOf(context.commandId, index)),
      },
    ]);
    expect(events[1]?.data).toHaveProperty('departures');
  });

  it('after a withdrawal departs as well', () => {
    const withdrawn = was('ConsentWithdrawn', { withdrawnAt: '2024-03-03', dataUse: 'useCollected' });
    const { events } = person.given(...screening, withdrawn).when(state =>
      recordLaboratoryResults(
        {
          results: [
            { ...haemoglobin, collectedAt: '2024-03-03' },
            haemoglobin,
            { ...haemoglobin, collectedAt: '2024-03-01' },
          ],
        },
        state,
        at03(),
      ),
    );
    expect(departuresOf(events).map(({ rule, causes }) => [rule, causes?.length])).toEqual([
      ['CONSENT-WITHDRAWN-PROCEDURE', 1],
      ['SCR-CONSENT-BEFORE-PROCEDURE', 1],
    ]);
  });
});

describe('an imported result', () => {
  const row = { ...haemoglobin, sourceRecord: { file: 'lb.csv', key: '01-701-1015/39' } };

  it('comes in once; the same row with another content is refused, and named', () => {
    person
      .given(prescreened)
      .when(state => recordLaboratoryResults({ results: [row] }, state, importing()))
      .yields(was('LaboratoryResultRecorded', row, '2024-03-04'))
      .when(state => recordLaboratoryResults({ results: [row, row] }, state, importing()))
      .yieldsNothing()
      .when(state =>
        recordLaboratoryResults(
          { results: [platelets, { ...row, quantity: { value: 91, unit: 'g/L' } }] },
          state,
          importing(),
        ),
      )
      .isRejected('IMPORT-KEY-CHANGED', 'results[1]');
  });

  it('twice under one key within a command is refused when the two differ', () => {
    person
      .given(prescreened)
      .when(state =>
        recordLaboratoryResults({ results: [row, { ...row, text: 'other' }] }, state, importing()),
      )
      .isRejected('IMPORT-KEY-CHANGED', 'results[1]');
  });

  it('is known again after its value was corrected', () => {
    person
      .given(prescreened, was('LaboratoryResultRecorded', row), {
        type: 'ValueCorrected',
        data: { event: 'event-1', field: 'quantity', value: null },
      })
      .when(state => recordLaboratoryResults({ results: [row] }, state, importing()))
      .yieldsNothing();
  });

  it('may lack its date, and does not depart where the source tells of no consent', () => {
    const { events } = person
      .given(prescreened)
      .when(state =>
        recordLaboratoryResults(
          { results: [{ ...haemoglobin, collectedAt: undefined }] },
          state,
          importing(),
        ),
      );
    expect(departuresOf(events)).toEqual([]);
    expect(events[0]?.occurredAt).toBeUndefined();
  });
});

describe('measurements', () => {
  const weight = { code: 'WEIGHT', quantity: { value: 62, unit: 'kg' }, takenAt: '2024-03-04T09:30' };

  it('are recorded once, to the minute', () => {
    person
      .given(...screening)
      .when(state => recordMeasurements({ measurements: [weight] }, state, at03()))
      .yields(was('MeasurementRecorded', weight, '2024-03-04T09:30'))
      .when(state => recordMeasurements({ measurements: [weight] }, state, at03()))
      .yieldsNothing();
    person
      .given(...screening)
      .when(state =>
        recordMeasurements(
          { measurements: [{ ...weight, quantity: { value: 62, unit: 'kilo' } }] },
          state,
          at03(),
        ),
      )
      .isRejected('RESULT-UNIT', 'measurements[0].quantity.unit');
    const inCentimetres = { ...weight, quantity: { value: 62, unit: 'cm' } };
    person
      .given(...screening)
      .when(state => recordMeasurements({ measurements: [inCentimetres] }, state, at03()))
      .isRejected('RESULT-UNIT-KIND', 'measurements[0].quantity.unit');
    person
      .given(...screening)
      .when(state => recordMeasurements({ measurements: [inCentimetres] }, state, importing()))
      .yields(was('MeasurementRecorded', inCentimetres, '2024-03-04T09:30'));
  });

  it('that were not done need no consent and begin no screening', () => {
    const { events } = person
      .given(prescreened)
      .when(state =>
        recordMeasurements(
          { measurements: [{ code: 'LVEF', notDone: true, takenAt: '2024-03-04' }] },
          state,
          at03(),
        ),
      );
    expect(events).toHaveLength(1);
    expect(departuresOf(events)).toEqual([]);
  });
});

describe('statements', () => {
  const attestedAt = '2024-03-05';
  const { user, printedName, role } = investigator;

  it('are attested by whoever records them', () => {
    const statement = { key: 'severeAllergy', holds: false, attestedAt };
    person
      .given(...screening)
      .when(state => attestStatements({ statements: [statement] }, state, at03()))
      .yields(was('StatementAttested', { ...statement, attestedBy: { user, printedName, role } }, attestedAt))
      .when(state => attestStatements({ statements: [statement] }, state, at03()))
      .yieldsNothing();
  });

  it('must be among those that the protocol asks for, with a text where it wants one', () => {
    const attest = (statement: { key: string; holds: boolean; text?: string }) =>
      person
        .given(...screening)
        .when(state => attestStatements({ statements: [{ ...statement, attestedAt }] }, state, at03()));
    attest({ key: 'likesMusic', holds: true }).isRejected('STATEMENT-KEY', 'statements[0].key');
    attest({ key: 'otherInappropriateCondition', holds: true }).isRejected(
      'STATEMENT-TEXT',
      'statements[0].text',
    );
    expect(attest({ key: 'otherInappropriateCondition', holds: false }).events).toHaveLength(1);
    expect(
      attest({ key: 'otherInappropriateCondition', holds: true, text: 'Cannot travel' }).events,
    ).toHaveLength(1);
  });
});

describe('what was before the trial', () => {
  it('is a diagnosis, coded, recorded once', () => {
    const diagnosis = { code: 'AA', name: 'Aplastic anaemia', diagnosedAt: '2023-11' };
    person
      .given(prescreened)
      .when(state => recordDiagnosis(diagnosis, state, at03()))
      .yields(was('DiagnosisRecorded', diagnosis, '2023-11'))
      .when(state => recordDiagnosis(diagnosis, state, at03()))
      .yieldsNothing();
    person
      .given(prescreened)
      .when(state => recordDiagnosis({ code: ' ' }, state, at03()))
      .isRejected('DIAGNOSIS-CODE', 'code');
  });

  it('is a history of illnesses, with periods that make sense', () => {
    const illness = { term: 'Pneumonia', startedAt: '2019', endedAt: '2019' };
    person
      .given(prescreened)
      .when(state => recordMedicalHistory({ history: [illness] }, state, at03()))
      .yields(was('MedicalHistoryRecorded', illness, '2019'))
      .when(state => recordMedicalHistory({ history: [illness] }, state, at03()))
      .yieldsNothing();
    const backwards = { history: [illness, { ...illness, endedAt: '2018' }] };
    person
      .given(prescreened)
      .when(state => recordMedicalHistory(backwards, state, at03()))
      .isRejected('HISTORY-PERIOD', 'history[1].endedAt');
    // A source is taken as it is, contradictions included.
    const { events } = person
      .given(prescreened)
      .when(state => recordMedicalHistory(backwards, state, importing()));
    expect(events).toHaveLength(2);
  });
});
