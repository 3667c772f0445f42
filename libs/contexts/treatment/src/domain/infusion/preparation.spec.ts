import { scenario } from '@platform/kernel/testing';
import {
  cells,
  checked,
  context,
  departuresOf,
  enrolled,
  first,
  planned,
  started,
  today,
  unit,
  zone,
} from '../../testing';
import {
  cancelInfusion,
  changeInfusionPlan,
  infusionIdOf,
  planInfusion,
  recordPremedication,
  recordThaw,
  verifyIdentity,
} from './preparation';
import { treatmentDecider } from '../treatment';

const infusion = scenario(treatmentDecider);
const reason = { code: 'infection', text: 'Fever since yesterday' };
const plan = { product: 'UCB-MSC', plannedOn: '2024-03-05', units: [unit] };
const { commandId } = context();
const id = infusionIdOf(commandId);

describe('planning an infusion', () => {
  it('numbers the infusions of a product, in the zone of the site', () => {
    infusion
      .given()
      .when(state => planInfusion(plan, state, context()))
      .yields({
        type: 'InfusionPlanned',
        data: { infusion: id, ordinal: 1, zone, ...plan },
        about: { infusion: id },
      })
      .when(state =>
        planInfusion({ ...plan, zone: 'UTC' }, state, context({}, '018e0dab-6c00-7000-8000-00000000000a')),
      )
      .yields({
        type: 'InfusionPlanned',
        data: { infusion: expect.any(String), ordinal: 2, ...plan, zone: 'UTC' },
        about: { infusion: expect.any(String) },
      });
  });

  it('takes products of the protocol only, unless they were given already', () => {
    const other = { ...plan, product: 'OTHER' };
    infusion
      .given()
      .when(state => planInfusion(other, state, context()))
      .isRejected('TRT-PRODUCT', 'product');
    const { events } = infusion
      .given()
      .when(state => planInfusion({ ...other, recordedAfterwards: true }, state, context()));
    expect(events[0]?.data).toMatchObject({ product: 'OTHER', recordedAfterwards: true });
  });

  it('flags more infusions than the protocol plans', () => {
    const interventions = [{ ...cells, plannedInfusions: 1 }] as typeof enrolled.interventions;
    const { events } = infusion
      .given(planned({ infusion: 'infusion-0' }))
      .when(state => planInfusion(plan, state, context({ interventions })));
    expect(events[0]?.data.flags).toEqual(['TRT-MORE-THAN-PLANNED']);
  });

  it('refuses dates that do not exist and numbers that stand twice', () => {
    const asked = (over: object) =>
      infusion.given().when(state => planInfusion({ ...plan, ...over }, state, context()));
    asked({ plannedOn: '2024-02-30' }).isRejected('TRT-TIME', 'plannedOn');
    asked({ zone: '+08:00' }).isRejected('TRT-TIME', 'zone');
    asked({ units: [unit, unit] }).isRejected('TRT-DIN', 'units');
    asked({ units: [{ ...unit, expiresAt: '2024-13' }] }).isRejected('TRT-TIME', 'units[0].expiresAt');
    asked({ units: [{ ...unit, zone: 'Mars' }] }).isRejected('TRT-TIME', 'units[0].zone');
  });
});

describe('a plan', () => {
  const later = { infusion: first, plannedOn: '2024-03-12', reason };

  it('is changed with a reason, field by field, until the infusion begins', () => {
    infusion
      .given(planned())
      .when(state => changeInfusionPlan({ ...later, units: [unit] }, state, context()))
      .yields({
        type: 'InfusionPlanChanged',
        data: { infusion: first, plannedOn: '2024-03-12' },
        previous: { plannedOn: '2024-03-05' },
        reason,
      })
      .when(state => changeInfusionPlan(later, state, context()))
      .yieldsNothing();
    infusion
      .given(planned(), checked(), started())
      .when(state => changeInfusionPlan(later, state, context()))
      .isRejected('TRT-BEGUN');
    infusion
      .given()
      .when(state => changeInfusionPlan(later, state, context()))
      .isRejected('TRT-INFUSION-UNKNOWN');
  });

  it('is cancelled with a reason, and leaves its number to the next', () => {
    infusion
      .given(planned())
      .when(state => cancelInfusion({ infusion: first, reason }, state))
      .yields({ type: 'InfusionCancelled', data: { infusion: first }, reason })
      .when(state => cancelInfusion({ infusion: first, reason }, state))
      .yieldsNothing()
      .when(state => planInfusion(plan, state, context()))
      .yields({
        type: 'InfusionPlanned',
        data: { infusion: id, ordinal: 1, zone, ...plan },
        about: { infusion: id },
      });
    infusion
      .given(planned(), started())
      .when(state => cancelInfusion({ infusion: first, reason }, state))
      .isRejected('TRT-BEGUN');
  });
});

describe('the identity check', () => {
  const check = { infusion: first, secondPerson: 'nurse-02', at: today('15:30') };

  it('is made by two people, of all units', () => {
    infusion
      .given(planned())
      .when(state => verifyIdentity(check, state, context()))
      .yields({
        type: 'InfusionIdentityVerified',
        data: {
          infusion: first,
          ...today('15:30'),
          verifiedBy: ['investigator-01', 'nurse-02'],
          units: [unit.din],
        },
        occurredAt: today('15:30'),
      })
      .when(state => verifyIdentity(check, state, context()))
      .yieldsNothing();
    infusion
      .given(planned())
      .when(state => verifyIdentity({ ...check, secondPerson: 'investigator-01' }, state, context()))
      .isRejected('TRT-TWO-PEOPLE', 'secondPerson');
    infusion
      .given()
      .when(state => verifyIdentity(check, state, context()))
      .isRejected('TRT-INFUSION-UNKNOWN');
  });

  it('says which units do not match', () => {
    const { events } = infusion
      .given(planned())
      .when(state => verifyIdentity({ ...check, units: ['W000024000009'] }, state, context()));
    expect(events[0]?.data).toMatchObject({ mismatches: [unit.din, 'W000024000009'] });
  });

  it('told after the start, shows that a departure was none', () => {
    const departed = {
      rule: 'TRT-IDENTITY-CHECK',
      category: 'investigationalProduct',
      severity: 'major',
      description: 'No check.',
    } as const;
    const start = started();
    const { events } = infusion
      .given(planned(), { ...start, data: { ...start.data, departures: [departed] } } as typeof start)
      .when(state => verifyIdentity(check, state, context()));
    expect(events[0]?.data.noLongerHolds).toEqual(['TRT-IDENTITY-CHECK']);
  });
});

describe('thaw and premedication', () => {
  it('record the thaw of a planned unit, with its expiry after preparation', () => {
    const thaw = { infusion: first, din: unit.din, at: today('15:00'), expiresAt: '2024-03-05T19:00' };
    infusion
      .given(planned({ units: [{ din: unit.din, kind: 'UCB' }] }))
      .when(state => recordThaw(thaw, state, context()))
      .yields({
        type: 'ProductUnitThawed',
        data: { infusion: first, ...today('15:00'), din: unit.din, expiresAt: '2024-03-05T19:00' },
        occurredAt: today('15:00'),
      })
      .when(state => recordThaw(thaw, state, context()))
      .yieldsNothing()
      .when(state => recordThaw({ ...thaw, din: 'W000024000009' }, state, context()))
      .isRejected('TRT-DIN', 'din');
  });

  it('raise a departure when the thaw, told late, was too early', () => {
    const thaw = { infusion: first, din: unit.din, at: today('08:00') };
    const { events } = infusion
      .given(planned({ units: [{ din: unit.din, kind: 'UCB' }] }), checked(), started())
      .when(state => recordThaw(thaw, state, context()));
    expect(departuresOf(events)).toEqual(['TRT-THAW-TO-START']);
  });

  it('record what was given before the infusion', () => {
    const given = { infusion: first, drug: 'Chlorphenamine', dose: 10, unit: 'mg', at: today('15:10') };
    infusion
      .given(planned())
      .when(state => recordPremedication(given, state, context()))
      .yields({
        type: 'InfusionPremedicationGiven',
        data: { infusion: first, ...today('15:10'), drug: 'Chlorphenamine', dose: 10, unit: 'mg' },
        occurredAt: today('15:10'),
      })
      .when(state => recordPremedication(given, state, context()))
      .yieldsNothing()
      .when(state => recordPremedication({ ...given, unit: 'ampoule' }, state, context()))
      .isRejected('TRT-UNIT', 'unit');
  });
});
