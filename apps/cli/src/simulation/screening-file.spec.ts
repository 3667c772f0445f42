import { initialTrial } from '@trial/protocol';
import { Chance } from './clockwork/chance';
import { Laboratory } from './laboratory';
import { failures, somebody, type Course, type Person } from './people';
import { oddityOf, screeningFile, type ScreeningFile } from './screening-file';

const { definition } = initialTrial('NCT05794425')!.publish;
const day = '2024-03-05';
const chance = new Chance(1);
const laboratory = new Laboratory('Laboratory 01', false, '2023-01-01', chance);

const person = (over: Partial<Person>): Person => ({ ...somebody(chance, 2024, () => 'IN02'), ...over });
const man = person({ sex: 'male' });
const woman = person({ sex: 'female', birthYear: 1994 });

function fileOf(who: Person, course: Course, again = false): ScreeningFile {
  const oddity = oddityOf({ ...who, course }, again, chance);
  return screeningFile({ person: who, laboratory, definition, day, chance }, oddity);
}

const result = ({ results }: ScreeningFile, analyte: string) =>
  results.find(each => each.analyte === analyte);
const measured = ({ measurements }: ScreeningFile, code: string) =>
  measurements.find(each => each.code === code);
const stated = ({ statements }: ScreeningFile, key: string) => statements.find(each => each.key === key);

describe('a screening file', () => {
  it('answers everything that the criteria ask for', () => {
    const file = fileOf(man, { is: 'eligible' });
    const asked = ['ALT', 'AST', 'ALP', 'BILI', 'CREAT', 'PT', 'APTT', 'INR', 'HBSAG', 'HBCAB', 'TPLAB'];
    expect(asked.filter(analyte => !result(file, analyte))).toEqual([]);
    expect(
      ['LVEF', 'ECOG', 'NYHA', 'SYSBP', 'DIABP', 'WEIGHT'].filter(code => !measured(file, code)),
    ).toEqual([]);
    expect(file.statements).toHaveLength(11);
    expect(stated(file, 'noTransplantationPlanned')?.holds).toBe(true);
    expect(stated(file, 'severeMentalIllness')?.holds).toBe(false);
  });

  it('holds a pregnancy test of who can become pregnant, and HBV DNA of who was infected', () => {
    expect(result(fileOf(man, { is: 'eligible' }), 'HCG')).toBeUndefined();
    expect(result(fileOf(woman, { is: 'eligible' }), 'HCG')).toMatchObject({ finding: 'negative' });
    expect(result(fileOf(man, { is: 'eligible' }), 'HBVVLD')).toBeUndefined();
    expect(result(fileOf(man, { is: 'fails', because: 'IN05' }), 'HBVVLD')).toMatchObject({
      quantity: { value: 25_000, unit: '{copies}/mL' },
    });
  });

  it('shows why a screening fails', () => {
    const times = (file: ScreeningFile, analyte: string) =>
      (result(file, analyte)?.quantity?.value ?? 0) / laboratory.rangeOn(analyte, 'male', day).high;
    expect(times(fileOf(man, { is: 'fails', because: 'IN02-WITHOUT-EX05' }), 'ALT')).toBeCloseTo(2.8, 9);
    expect(times(fileOf(man, { is: 'fails', because: 'EX05-DESPITE-IN02' }), 'ALP')).toBeCloseTo(2.2, 9);
    expect(measured(fileOf(man, { is: 'fails', because: 'IN04' }), 'LVEF')?.quantity?.value).toBe(44);
    expect(stated(fileOf(man, { is: 'fails', because: 'IN06' }), 'noTransplantationPlanned')?.holds).toBe(
      false,
    );
    const other = stated(fileOf(man, { is: 'fails', because: 'EX10' }), 'otherInappropriateCondition');
    expect(other).toMatchObject({ holds: true, text: expect.any(String) });
  });

  it('is incomplete or deferred the first time, and in order the second time', () => {
    expect(measured(fileOf(man, { is: 'incomplete' }), 'LVEF')).toMatchObject({ notDone: true });
    expect(measured(fileOf(man, { is: 'incomplete' }, true), 'LVEF')?.quantity).toBeDefined();
    const infection = 'clinicallySignificantInfection';
    expect(stated(fileOf(man, { is: 'deferred' }), infection)?.holds).toBe(true);
    expect(stated(fileOf(man, { is: 'deferred' }, true), infection)?.holds).toBe(false);
  });
});

describe('people', () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) =>
    somebody(new Chance(index), 2024, () => 'EX08'),
  );

  it('are of every course, arm, disorder and fate', () => {
    expect(new Set(thousand.map(({ course }) => course.is)).size).toBe(9);
    expect(new Set(thousand.map(({ arm }) => arm)).size).toBe(2);
    expect(new Set(thousand.map(({ diagnosis }) => diagnosis.code)).size).toBe(7);
    expect(new Set(thousand.map(({ fate }) => fate.is)).size).toBe(5);
  });

  it('are women of an age to be pregnant where that is why they fail', () => {
    const failing = thousand.filter(({ course }) => course.is === 'fails');
    expect(failing.length).toBeGreaterThan(100);
    expect(failing.every(({ sex, birthYear }) => sex === 'female' && 2024 - birthYear <= 38)).toBe(true);
  });

  it('have another disorder where IN01 is why they fail', () => {
    const drawn = Array.from({ length: 200 }, (_, index) => somebody(new Chance(index), 2024, () => 'IN01'));
    const wrong = drawn.filter(({ diagnosis }) => diagnosis.code === 'ITP');
    expect(wrong).toEqual(drawn.filter(({ course }) => course.is === 'fails'));
  });

  it('fail for each of eighteen reasons', () => expect(new Set(failures).size).toBe(18));
});
