import { IsIn, Matches } from 'class-validator';
import { Query, queryRow } from '@platform/commands';
import { IsOmittable, IsStreamIdText } from '@platform/http';
import { narrowToSite } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { emergenceConvention } from '../domain/tabulation/emergence';
import type { Grouping, SafetyTable, TableOptions } from '../domain/tabulation/table';
import { tabulate } from '../domain/tabulation/tabulate';
import { countedViews, tabulatedEvents, tabulatedParticipants } from '../views/tabulated-rows';

type YesNo = 'true' | 'false';
const yesNo: readonly YesNo[] = ['true', 'false'];

/** The table of a safety report: who had which adverse events, by arm. */
export class ReadSafetyTabulation extends Query {
  /** What rows are made by, from the outside in: soc, term, severity; `soc,term` unless given. */
  @IsOmittable()
  @Matches(/^(soc(,term)?(,severity)?|term(,severity)?|severity)$/)
  by?: string;

  /** Denominators: who received at least one dose (safety, unless given) or who was enrolled. */
  @IsOmittable()
  @IsIn(['safety', 'randomised'])
  population?: TableOptions['population'];

  /** Columns by the arm that was followed (actual, unless given) or planned. */
  @IsOmittable()
  @IsIn(['actual', 'planned'])
  arm?: TableOptions['arm'];

  /** Treatment emergence by the dates (derived, unless given) or by the source's own flag where it has one. */
  @IsOmittable()
  @IsIn(['derived', 'source'])
  emergence?: TableOptions['emergence'];

  /** Events that are treatment-emergent (true, unless given), those that are not, or any. */
  @IsOmittable()
  @IsIn(['true', 'false', 'any'])
  emergent?: TableOptions['emergent'];

  @IsOmittable()
  @IsIn(yesNo)
  serious?: YesNo;

  @IsOmittable()
  @IsIn(yesNo)
  related?: YesNo;

  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

export interface SafetyTabulation extends SafetyTable {
  readonly options: TableOptions;
  /** How treatment emergence was told. */
  readonly convention: string;
}

const isTrue = (text: YesNo | undefined): boolean | undefined =>
  text === undefined ? undefined : text === 'true';

export const tabulationQueries = [
  queryRow<ReadSafetyTabulation, SafetyTabulation>({
    query: ReadSafetyTabulation,
    permission: 'safety.read' satisfies Permission,
    views: countedViews,
    async answer(query, { views, scope, standsAt }) {
      const { by = 'soc,term', population = 'safety', arm = 'actual', site } = query;
      const { emergence = 'derived', emergent = 'true' } = query;
      const options: TableOptions = {
        ...{ by: by.split(',') as Grouping[], population, arm, emergence, emergent },
        ...{ serious: isTrue(query.serious), related: isTrue(query.related) },
      };
      const within = narrowToSite(scope, site);
      const [participants, events] = await Promise.all([
        tabulatedParticipants(views, within, standsAt),
        tabulatedEvents(views, within, standsAt),
      ]);
      return { options, convention: emergenceConvention, ...tabulate(participants, events, options) };
    },
  }),
];
