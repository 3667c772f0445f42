import { convert } from '@platform/kernel';

/** A quantity that a laboratory determines, under its code of the CDISC terminology. */
export interface Analyte {
  /** LBTESTCD of the CDISC SDTM terminology, or MBTESTCD where the terminology keeps the test among microbiology. */
  readonly code: string;
  readonly name: string;
  /** UCUM unit in which values are compared and shown side by side; absent for what is only found or not found. */
  readonly unit?: string;
  /**
   * Molar mass in g/mol where clinics know both mass and substance concentrations: with it, 1 mg/dL creatinine is
   * 88.4 umol/L. From the formula of the substance and IUPAC's abridged atomic weights; the factors that follow agree
   * with the AMA Manual of Style's conversion table.
   */
  readonly molarMass?: number;
}

const enzyme = (code: string, name: string): Analyte => ({ code, name, unit: 'U/L' });
const cells = (code: string, name: string): Analyte => ({ code, name, unit: '10*9/L' });
const finding = (code: string, name: string): Analyte => ({ code, name });

/**
 * What a trial in blood disorders asks of laboratories. A result may come in any unit that converts to the one here.
 * Arbitrary units such as [IU]/mL do not convert to others, by UCUM's own rule.
 */
export const analytes: readonly Analyte[] = [
  enzyme('ALT', 'Alanine aminotransferase'),
  enzyme('AST', 'Aspartate aminotransferase'),
  enzyme('ALP', 'Alkaline phosphatase'),
  enzyme('GGT', 'Gamma glutamyl transferase'),
  enzyme('LDH', 'Lactate dehydrogenase'),
  enzyme('CK', 'Creatine kinase'),
  { code: 'BILI', name: 'Bilirubin, total', unit: 'umol/L', molarMass: 584.66 },
  { code: 'CREAT', name: 'Creatinine', unit: 'umol/L', molarMass: 113.12 },
  // Urea is reported by the mass of its two nitrogen atoms: 1 mg/dL of urea nitrogen is 0.357 mmol/L of urea.
  { code: 'BUN', name: 'Urea nitrogen', unit: 'mmol/L', molarMass: 28.014 },
  { code: 'URATE', name: 'Urate', unit: 'umol/L', molarMass: 168.11 },
  { code: 'GLUC', name: 'Glucose', unit: 'mmol/L', molarMass: 180.16 },
  { code: 'CHOL', name: 'Cholesterol', unit: 'mmol/L', molarMass: 386.65 },
  { code: 'CA', name: 'Calcium', unit: 'mmol/L', molarMass: 40.078 },
  // Reported by the mass of its phosphorus atom.
  { code: 'PHOS', name: 'Phosphate', unit: 'mmol/L', molarMass: 30.974 },
  { code: 'VITB12', name: 'Vitamin B12', unit: 'pmol/L', molarMass: 1355.4 },
  { code: 'ALB', name: 'Albumin', unit: 'g/L' },
  { code: 'PROT', name: 'Protein', unit: 'g/L' },
  { code: 'SODIUM', name: 'Sodium', unit: 'mmol/L' },
  { code: 'K', name: 'Potassium', unit: 'mmol/L' },
  { code: 'CL', name: 'Chloride', unit: 'mmol/L' },
  { code: 'TSH', name: 'Thyrotropin', unit: 'm[IU]/L' },
  { code: 'FERRITIN', name: 'Ferritin', unit: 'ug/L' },
  { code: 'PT', name: 'Prothrombin time', unit: 's' },
  { code: 'APTT', name: 'Activated partial thromboplastin time', unit: 's' },
  { code: 'INR', name: 'Prothrombin international normalized ratio', unit: '1' },
  // The substance is the monomer with one iron atom, as in mmol/L(Fe): 1 g/dL is 0.6206 mmol/L.
  { code: 'HGB', name: 'Haemoglobin', unit: 'g/L', molarMass: 16_114 },
  { code: 'HCT', name: 'Haematocrit', unit: '%' },
  { code: 'RBC', name: 'Erythrocytes', unit: '10*12/L' },
  { code: 'MCV', name: 'Mean corpuscular volume', unit: 'fL' },
  { code: 'MCH', name: 'Mean corpuscular haemoglobin', unit: 'pg' },
  { code: 'MCHC', name: 'Mean corpuscular haemoglobin concentration', unit: 'g/L', molarMass: 16_114 },
  cells('PLAT', 'Platelets'),
  cells('WBC', 'Leukocytes'),
  cells('NEUT', 'Neutrophils'),
  cells('LYM', 'Lymphocytes'),
  cells('MONO', 'Monocytes'),
  cells('EOS', 'Eosinophils'),
  cells('BASO', 'Basophils'),
  cells('RETI', 'Reticulocytes'),
  finding('HBSAG', 'Hepatitis B virus surface antigen'),
  finding('HBCAB', 'Hepatitis B virus core antibody'),
  { code: 'HBVVLD', name: 'Hepatitis B virus DNA (viral load)', unit: '{copies}/mL' },
  finding('HCAB', 'Hepatitis C virus antibody'),
  finding('HIV12AB', 'HIV-1/2 antibody'),
  finding('TPLAB', 'Treponema pallidum antibody (syphilis)'),
  finding('HCG', 'Choriogonadotropin (pregnancy test)'),
];

/** A quantity that staff measure at the bedside or score, with its UCUM unit. */
export interface MeasurementKind {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  /** Domain and test code of the CDISC SDTM terminology. */
  readonly sdtm: string;
}

export const measurementKinds: readonly MeasurementKind[] = [
  { code: 'LVEF', name: 'Left ventricular ejection fraction', unit: '%', sdtm: 'CV LVEF' },
  { code: 'ECOG', name: 'ECOG performance status, 0 to 5', unit: '1', sdtm: 'RS ECOG101' },
  {
    code: 'NYHA',
    name: 'NYHA class, 1 to 4; 0 where there is no cardiac insufficiency',
    unit: '1',
    sdtm: 'RS NYHACLS',
  },
  { code: 'SYSBP', name: 'Systolic blood pressure', unit: 'mm[Hg]', sdtm: 'VS SYSBP' },
  { code: 'DIABP', name: 'Diastolic blood pressure', unit: 'mm[Hg]', sdtm: 'VS DIABP' },
  { code: 'PULSE', name: 'Pulse rate', unit: '/min', sdtm: 'VS PULSE' },
  { code: 'RESP', name: 'Respiratory rate', unit: '/min', sdtm: 'VS RESP' },
  { code: 'TEMP', name: 'Body temperature', unit: 'Cel', sdtm: 'VS TEMP' },
  { code: 'OXYSAT', name: 'Oxygen saturation', unit: '%', sdtm: 'VS OXYSAT' },
  { code: 'WEIGHT', name: 'Body weight', unit: 'kg', sdtm: 'VS WEIGHT' },
  { code: 'HEIGHT', name: 'Body height', unit: 'cm', sdtm: 'VS HEIGHT' },
];

const analyteByCode = new Map(analytes.map(analyte => [analyte.code, analyte]));
const measurementByCode = new Map(measurementKinds.map(kind => [kind.code, kind]));

/** Undefined for a code that this table does not know; a protocol may still name it. */
export const analyteOf = (code: string): Analyte | undefined => analyteByCode.get(code);

/** Undefined for a code that this table does not know; a protocol may still name it. */
export const measurementKindOf = (code: string): MeasurementKind | undefined => measurementByCode.get(code);

/** `[IU]`, `[CFU]`, `[arb'U]`: what they stand for is agreed for each substance, and no table of units knows it. */
const arbitrary = /\[[^\]]*U\]/;

const converts = (from: string, to: string, molarMass?: number): boolean =>
  convert({ value: 1, unit: from }, to, molarMass) !== undefined;

const isConcentration = (unit: string): boolean => converts(unit, 'g/L') || converts(unit, 'mol/L');

/**
 * Whether a result of an analyte can be true in a unit: an enzyme's activity is no mass. Besides what converts, a
 * laboratory may report a share (prothrombin time in per cent), a concentration whose factor we do not know, or an
 * arbitrary unit. Everything is possible for what the table does not know.
 */
export function isPossibleUnit(
  analyte: Pick<Analyte, 'unit' | 'molarMass'> | undefined,
  unit: string,
): boolean {
  const { unit: known, molarMass } = analyte ?? {};
  if (known === undefined || converts(unit, known, molarMass) || converts(unit, '1')) return true;
  if (arbitrary.test(unit) || arbitrary.test(known)) return true;
  return isConcentration(unit) && isConcentration(known);
}

/** Whether a measurement can be true in a unit: a weight is no length. Everything is possible for an unknown kind. */
export const isPossibleUnitOfMeasurement = (
  kind: Pick<MeasurementKind, 'unit'> | undefined,
  unit: string,
): boolean => kind === undefined || converts(unit, kind.unit);
