import type { Quantity } from '@platform/kernel';

/*
 * Definitions of response as versioned data. A recorded response cites the definition and its version; a
 * changed threshold is another version beside the first, so that an earlier response can be computed again.
 */

export type ResponseDefinition = AplasticAnaemiaResponse | MdsResponse;

interface Named {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly source: string;
  /** What the source leaves open, and how it is read here. */
  readonly sourceNotes: readonly string[];
  readonly responses: readonly string[];
}

/** Haemoglobin, neutrophils and platelets, each at least. */
export interface BloodCounts {
  readonly haemoglobin: Quantity;
  readonly neutrophils: Quantity;
  readonly platelets: Quantity;
}

export interface AplasticAnaemiaResponse extends Named {
  readonly kind: 'aplasticAnaemia';
  readonly complete: BloodCounts & {
    readonly transfusionFreeDays: number;
    readonly consecutiveTests: number;
  };
  /** Days without any transfusion from which on somebody counts as independent of them. */
  readonly independentDays: number;
  /** Severe: cellularity below this, and two of the three counts below these. */
  readonly severe: {
    readonly marrowCellularity: Quantity;
    readonly neutrophils: Quantity;
    readonly platelets: Quantity;
    readonly reticulocytesManual: Quantity;
    readonly reticulocytesAutomated: Quantity;
  };
}

export interface MdsResponse extends Named {
  readonly kind: 'mds';
  readonly complete: BloodCounts & { readonly marrowBlastsMax: Quantity; readonly lastingDays: number };
  readonly improvement: {
    readonly lastingDays: number;
    readonly haemoglobinRise: Quantity;
    /** Fewer red cell units in the last weeks than in the same number before treatment. */
    readonly fewerRedCellUnits: number;
    readonly plateletsLow: Quantity;
    readonly plateletsRise: Quantity;
    readonly neutrophilsRise: Quantity;
    /** From a low start, platelets and neutrophils must grow by this part of it: 1 is a doubling. */
    readonly growth: number;
  };
}

const cells = (value: number): Quantity => ({ value, unit: '10*9/L' });
const haemoglobin = (value: number): Quantity => ({ value, unit: 'g/L' });
const percent = (value: number): Quantity => ({ value, unit: '%' });

export const responseDefinitions: readonly ResponseDefinition[] = [
  {
    kind: 'aplasticAnaemia',
    id: 'AA',
    version: '1',
    name: 'Response of aplastic anaemia',
    source: 'As used in a trial of mesenchymal stem cells in China; there is no single standard.',
    sourceNotes: [
      'From how many days without transfusions on somebody is independent is not stated; 28 is configuration.',
      'Who is no longer severe but still transfused is neither a partial response nor none: not evaluable.',
    ],
    responses: ['CR', 'PR', 'NR'],
    complete: {
      haemoglobin: haemoglobin(100),
      neutrophils: cells(1.5),
      platelets: cells(100),
      transfusionFreeDays: 7,
      consecutiveTests: 2,
    },
    independentDays: 28,
    severe: {
      marrowCellularity: percent(25),
      neutrophils: cells(0.5),
      platelets: cells(20),
      reticulocytesManual: cells(20),
      reticulocytesAutomated: cells(60),
    },
  },
  {
    kind: 'mds',
    id: 'MDS-IWG',
    version: '2006',
    name: 'Response of myelodysplastic syndromes',
    source: 'International Working Group 2006.',
    sourceNotes: [
      'Partial response, marrow response, cytogenetic response and progression are not proposed.',
    ],
    responses: ['CR', 'PR', 'mCR', 'HI', 'SD', 'NR', 'PD'],
    complete: {
      haemoglobin: haemoglobin(110),
      neutrophils: cells(1),
      platelets: cells(100),
      marrowBlastsMax: percent(5),
      lastingDays: 28,
    },
    improvement: {
      lastingDays: 56,
      haemoglobinRise: haemoglobin(15),
      fewerRedCellUnits: 4,
      plateletsLow: cells(20),
      plateletsRise: cells(30),
      neutrophilsRise: cells(0.5),
      growth: 1,
    },
  },
];

/** The latest version of a definition unless one is named. */
export const responseDefinition = (id: string, version?: string): ResponseDefinition | undefined =>
  responseDefinitions.findLast(each => each.id === id && (version === undefined || each.version === version));
