import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { Query, queryRow } from '@platform/commands';
import { IsInstant, IsOmittable, IsStreamIdText } from '@platform/http';
import type { Permission } from '@trial/access';
import { dataPointHistory, type DataPointHistory } from './data-point';
import { exportFormats, exportTrail, type ExportFormat, type TrailExport } from './export/export';
import { reviewQueries } from './review/review.queries';
import { signedEditsQueries } from './review/signed-edits.queries';
import { readTrail, trailSorts, type TrailPage, type TrailSort } from './trail-page';
import type { TrailQuestion } from './trail-question';

const positionText = /^\d{1,19}$/;

/** A parameter that may come more than once: any of its values. */
const AnyOf =
  (most = 100): PropertyDecorator =>
  (target, property) => {
    const decorators = [
      Transform(({ value }: { value: unknown }) => (value === undefined ? undefined : [value].flat())),
      IsOmittable(),
      ArrayNotEmpty(),
      ArrayMaxSize(most),
      IsString({ each: true }),
      Length(1, 200, { each: true }),
    ];
    for (const decorate of decorators) decorate(target, property);
  };

/** What to look for in the trail. Different parameters must all hold, repeated ones mean "any of these". */
abstract class AskTrail extends Query implements TrailQuestion {
  @AnyOf()
  participant?: string[];

  @AnyOf()
  site?: string[];

  /** User ids. */
  @AnyOf()
  user?: string[];

  /** Roles that people acted in. */
  @AnyOf()
  role?: string[];

  /** Event types. */
  @AnyOf()
  type?: string[];

  /** person, import, device or system. */
  @AnyOf()
  source?: string[];

  /**
   * Fields, as the lines name them; an index may be left out (`results[].value`), and the first name alone means all
   * below it.
   */
  @AnyOf()
  field?: string[];

  /** Whole streams, such as `treatment-{trial}.{participant}`. */
  @AnyOf(20)
  stream?: string[];

  /** Ids of adverse events: short for their streams. */
  @AnyOf(20)
  @IsStreamIdText({ each: true })
  adverseEvent?: string[];

  @IsOmittable()
  @IsIn(['given', 'missing'])
  reason?: 'given' | 'missing';

  /** By the log's time, inclusive. */
  @IsOmittable()
  @IsInstant()
  from?: string;

  /** By the log's time, inclusive. */
  @IsOmittable()
  @IsInstant()
  to?: string;

  /** Inclusive. */
  @IsOmittable()
  @Matches(positionText)
  fromPosition?: string;

  /** Inclusive. */
  @IsOmittable()
  @Matches(positionText)
  toPosition?: string;
}

export class ReadAuditTrail extends AskTrail {
  @IsOmittable()
  @IsIn(trailSorts)
  sort?: TrailSort;

  /** Entries on a page; 50 unless given. */
  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  /** Where the page before this one ended, as its answer said. */
  @IsOmittable()
  @IsString()
  @Length(1, 1_000)
  cursor?: string;
}

export class ExportAuditTrail extends AskTrail {
  @IsIn(exportFormats)
  format: ExportFormat;
}

/** One field of one event, through all corrections; without the event, the field through the whole stream. */
export class ReadDataPoint extends Query {
  @Matches(/^[A-Za-z]+-[A-Za-z0-9_.-]{1,200}$/)
  stream: string;

  @IsOmittable()
  @IsUUID()
  event?: string;

  @IsString()
  @Length(1, 200)
  field: string;
}

const reading = 'audit.read' satisfies Permission;
const exporting = 'audit.export' satisfies Permission;
const views = ['audit-trail'];

export const auditQueries = [
  queryRow<ReadAuditTrail, TrailPage>({
    query: ReadAuditTrail,
    permission: reading,
    views,
    answer: readTrail,
  }),
  queryRow<ExportAuditTrail, TrailExport>({
    query: ExportAuditTrail,
    permission: exporting,
    views,
    answer: exportTrail,
  }),
  queryRow<ReadDataPoint, DataPointHistory>({
    query: ReadDataPoint,
    permission: reading,
    views: [],
    answer: dataPointHistory,
  }),
  ...reviewQueries,
  ...signedEditsQueries,
];
