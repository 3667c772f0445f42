import { invalid, isPartialDate, isStreamId, isZone, type Rejection } from '@platform/kernel';
import type { Arm, Criterion, DrugPlan, Outcome, ProtocolDefinition, Visit } from './definition';
import type { TrialDetails } from './trial-details';

/** A row of an SDTM table as text, by variable name: `{ STUDYID: 'CDISCPILOT01', ARMCD: 'Pbo', … }`. */
export type SdtmRow = Readonly<Record<string, string>>;

/** A study's trial design tables (SDTMIG 3.4 chapter 7). Those that a study does not have are empty. */
export interface SdtmTrialDesign {
  readonly ts: readonly SdtmRow[];
  readonly ta: readonly SdtmRow[];
  readonly te: readonly SdtmRow[];
  readonly ti: readonly SdtmRow[];
  readonly tv: readonly SdtmRow[];
}

/** Something of the source that the definition has no place for, or that could not be understood. */
export interface NotMapped {
  readonly domain: 'TS' | 'TA' | 'TE' | 'TI' | 'TV';
  /** Number of the row in its table, from 1, the header not counted; absent for what the whole table lacks. */
  readonly row?: number;
  readonly value: string;
  readonly why: string;
}

export interface DerivedTrial {
  /** The study's own identifier. */
  readonly trial: string;
  readonly details: TrialDetails;
  readonly definition: ProtocolDefinition;
  readonly notMapped: readonly NotMapped[];
}

/**
 * A protocol definition from a study's own tables. It says what the tables say: criteria are texts that somebody
 * attests, doses stand as words, and what is missing stays missing. The zone is the caller's: SDTM has none.
 */
export function deriveFromSdtm(
  design: SdtmTrialDesign,
  { zone, version }: { readonly zone: string; readonly version?: string },
): DerivedTrial | Rejection {
  if (!isZone(zone)) return invalid('TRIAL-ZONE', 'zone', 'This is no IANA time zone.');
  const { ts, ta, te, ti, tv } = design;
  const studies = new Set([ts, ta, te, ti, tv].flatMap(rows => rows.map(row => row.STUDYID ?? '')));
  const [trial, ...others] = studies;
  if (trial === undefined || others.length > 0 || !isStreamId(trial)) {
    const found = [...studies].join(', ') || 'none';
    const why = `The tables must be of one study with a plain id; found: ${found}.`;
    return invalid('TRIAL-SDTM-STUDY', 'STUDYID', why);
  }
  const summary = summaryOf(ts);
  const details = detailsOf(trial, summary, zone);
  const interventions = interventionsOf(summary);
  const arms = armsOf(design, interventions);
  const criteria = criteriaOf(ti);
  const visits = visitsOf(tv);
  const target = summary.one('PLANSUB', isCount);
  const stated = {
    version: version ?? criteria.version ?? '1',
    title: details.title,
    purpose: clipped(summary.all('OBJPRIM').join(' ')) || 'not stated',
    studyType: summary.one('STYPE')?.toLowerCase() ?? 'not stated',
    phase: phaseOf(summary.one('TPHASE')),
    zone,
    enrollmentTarget: target === undefined ? undefined : Number(target),
    outcomes: outcomesOf(summary),
  };
  const rest = summary.rest();
  const definition: ProtocolDefinition = {
    ...stated,
    arms: arms.arms,
    interventions,
    criteria: criteria.criteria,
    visits: visits.visits,
    sourceNotes: rest.map(({ code, name, value }) => clipped(`TS ${code} (${name}): ${value}`)),
  };
  const kept = rest.map(({ row, code, name, value }) => {
    const why = `Has no place of its own (${name}); kept as a source note.`;
    return { domain: 'TS' as const, row, value: `${code}: ${value}`, why };
  });
  const notMapped = [...arms.notMapped, ...criteria.notMapped, ...visits.notMapped, ...kept];
  return { trial, details, definition, notMapped };
}

// Trial summary

interface SummaryParameter {
  readonly row: number;
  readonly code: string;
  readonly name: string;
  readonly value: string;
}

/** The parameters of TS, each taken by whoever has a place for it; the rest is asked for last. */
function summaryOf(ts: readonly SdtmRow[]) {
  const parameters = ts.flatMap(
    ({ TSPARMCD = '', TSPARM = '', TSVAL = '', TSVALNF = '' }, index): SummaryParameter[] => {
      const value = TSVAL.trim() || TSVALNF.trim();
      return value === '' ? [] : [{ row: index + 1, code: TSPARMCD, name: TSPARM || TSPARMCD, value }];
    },
  );
  const taken = new Set<SummaryParameter>();
  const take = (parameter: SummaryParameter): string => {
    taken.add(parameter);
    return parameter.value;
  };
  return {
    all: (code: string): string[] => parameters.filter(each => each.code === code).map(take),
    /** The first value that is acceptable; further ones stay in the rest. */
    one: (code: string, accept: (value: string) => boolean = () => true): string | undefined => {
      const found = parameters.find(each => each.code === code && accept(each.value));
      return found && take(found);
    },
    /** The only value, when there is just one. */
    only: (code: string): string | undefined => {
      const [found, ...more] = parameters.filter(each => each.code === code);
      return found && more.length === 0 ? take(found) : undefined;
    },
    rest: (): SummaryParameter[] => parameters.filter(each => !taken.has(each)),
  };
}

type Summary = ReturnType<typeof summaryOf>;

function detailsOf(trial: string, summary: Summary, zone: string): TrialDetails {
  const [registryNumber, ...otherIds] = summary.all('REGID');
  return {
    registryNumber: registryNumber ?? trial,
    otherIds,
    title: clipped(summary.one('TITLE') ?? trial, 1_000),
    sponsor: summary.one('SPONSOR') ?? 'not stated',
    collaborators: [],
    locations: [],
    country: summary.only('FCNTRY'),
    zone,
    plannedDates: {
      start: summary.one('SSTDTC', isPartialDate),
      completion: summary.one('SENDTC', isPartialDate),
    },
  };
}

const isCount = (value: string): boolean => /^[1-9]\d{0,5}$/.test(value);

const romanPhases: Readonly<Record<string, string>> = { I: '1', II: '2', III: '3', IV: '4' };

/** `Phase II Trial` → `2`, `PHASE I/II TRIAL` → `1/2`; another text as it is. */
function phaseOf(text = 'not stated'): string {
  const roman = /^phase\s+([IV]+(?:\/[IV]+)*)(?:\s+trial)?$/i.exec(text.trim())?.[1];
  const parts = roman?.toUpperCase().split('/') ?? [];
  const numbers = parts.map(part => romanPhases[part]);
  return numbers.length > 0 && numbers.every(each => each !== undefined) ? numbers.join('/') : text;
}

const outcomeTypes = { OUTMSPRI: 'primary', OUTMSSEC: 'secondary', OUTMSEXP: 'other' } as const;

const outcomesOf = (summary: Summary): Outcome[] =>
  Object.entries(outcomeTypes).flatMap(([code, type]) =>
    summary.all(code).map(measure => ({ type, measure, timeFrame: 'not stated' })),
  );

/** TRT names what is investigated, COMPTRT and CURTRT what it is compared with or added to. */
function interventionsOf(summary: Summary): DrugPlan[] {
  const investigated = summary.all('TRT');
  const products = new Set([...investigated, ...summary.all('COMPTRT'), ...summary.all('CURTRT')]);
  const schedule = clipped([...summary.all('DOSFRQ'), ...summary.all('ROUTE')].join(', '), 400);
  const doses = [...summary.all('DOSE'), ...summary.all('DOSU')].join(', ');
  return [...products].map((product, index): DrugPlan => {
    const isInvestigated = investigated.includes(product);
    return {
      kind: 'drug',
      code: codeFrom(product, index),
      product: clipped(product, 400),
      schedule: (isInvestigated && schedule) || 'not stated',
      sourceNote:
        isInvestigated && doses ? clipped(`Dose for each administration, by TS: ${doses}.`) : undefined,
    };
  });
}

const codeFrom = (product: string, index: number): string =>
  product
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 36) || `PRODUCT-${index + 1}`;

// Arms

function armsOf({ ta, te }: SdtmTrialDesign, plans: readonly DrugPlan[]) {
  const notMapped: NotMapped[] = [];
  const durations = new Map(te.map(row => [row.ETCD, row.TEDUR]));
  const rowsOf = new Map<string, SdtmRow[]>();
  for (const [index, row] of ta.entries()) {
    const code = row.ARMCD ?? '';
    if (isCode(code)) rowsOf.set(code, [...(rowsOf.get(code) ?? []), row]);
    else notMapped.push({ domain: 'TA', row: index + 1, value: code, why: 'The arm has no usable code.' });
  }
  const arms = [...rowsOf].map(([code, rows]): Arm => {
    const elements = rows.toSorted((a, b) => Number(a.TAETORD) - Number(b.TAETORD));
    const name = rows[0]?.ARM || code;
    const words = [name, ...elements.map(row => row.ELEMENT ?? '')].join(' ').toLowerCase();
    const interventions = plans.filter(({ product }) => words.includes(product.toLowerCase()));
    if (interventions.length === 0 && plans.length > 0) {
      const why = 'Neither the arm nor its elements name an intervention of TS.';
      notMapped.push({ domain: 'TA', value: `${code}: ${name}`, why });
    }
    const path = elements.map(row => {
      const duration = durations.get(row.ETCD);
      return `${row.ELEMENT || row.ETCD}${duration ? ` for ${duration}` : ''} (${row.EPOCH || 'no epoch'})`;
    });
    const sourceNote = clipped(`Elements in their order: ${path.join(', ')}.`);
    return { code, name, interventions: interventions.map(plan => plan.code), sourceNote };
  });
  return { arms, notMapped };
}

// Criteria

const criterionTypes: Readonly<Record<string, Criterion['type']>> = {
  INCLUSION: 'inclusion',
  EXCLUSION: 'exclusion',
};

/** The criteria of the latest version by TIVERS. A rule in TIRL is in the source's own words and is kept as a note. */
function criteriaOf(ti: readonly SdtmRow[]) {
  const notMapped: NotMapped[] = [];
  const versions = [...new Set(ti.map(row => row.TIVERS ?? ''))].toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const latest = versions.at(-1) ?? '';
  const criteria = new Map<string, Criterion>();
  for (const [index, row] of ti.entries()) {
    const { IETESTCD: id = '', IETEST: words = '', TIVERS = '', TIRL = '' } = row;
    const type = criterionTypes[(row.IECAT ?? '').toUpperCase()];
    const skip = (why: string) => notMapped.push({ domain: 'TI', row: index + 1, value: id, why });
    if (TIVERS !== latest) skip(`Of criteria version ${TIVERS || 'none'}; version ${latest} replaces it.`);
    else if (!isCode(id) || words.trim() === '') skip('The criterion has no usable code or no text.');
    else if (!type) skip(`"${row.IECAT ?? ''}" is neither INCLUSION nor EXCLUSION.`);
    else if (criteria.has(id)) skip('The same code stands in an earlier row.');
    else {
      const statement = clipped(words, 2_000);
      const condition = { kind: 'attested', key: id, statement } as const;
      const sourceNote = TIRL.trim() === '' ? undefined : clipped(`Rule in the source: ${TIRL}`);
      criteria.set(id, { id, type, text: clipped(words), ruleVersion: latest || '1', condition, sourceNote });
    }
  }
  return { criteria: [...criteria.values()], version: latest || undefined, notMapped };
}

// Visits

function visitsOf(tv: readonly SdtmRow[]) {
  const notMapped: NotMapped[] = [];
  const visits = new Map<string, Visit>();
  for (const [index, row] of tv.entries()) {
    const { VISITNUM: code = '', VISIT = '', VISITDY = '' } = row;
    const skip = (why: string) =>
      notMapped.push({ domain: 'TV', row: index + 1, value: `${code}: ${VISIT}`, why });
    const day = VISITDY.trim() === '' ? undefined : Number(VISITDY);
    const known = visits.get(code);
    if (!isCode(code)) skip('The visit has no usable number.');
    else if (known && known.studyDay === day)
      continue; // The same visit of another arm.
    else if (known) skip(`Planned on another day than in an earlier row: ${VISITDY || 'none'}.`);
    else if (day !== undefined && (!Number.isInteger(day) || day === 0)) {
      skip(`"${VISITDY}" is no study day; the visit is kept without one.`);
      visits.set(code, { code, name: VISIT || code });
    } else visits.set(code, { code, name: VISIT || code, studyDay: day });
  }
  return { visits: [...visits.values()], notMapped };
}

// What all of them share

const isCode = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(text);

const clipped = (text: string, max = 4_000): string =>
  text.length <= max ? text : `${text.slice(0, max - 1)}…`;
