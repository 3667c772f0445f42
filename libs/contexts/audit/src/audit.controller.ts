import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { ExportAuditTrail, ReadAuditTrail, ReadDataPoint } from './audit.queries';
import type { TrailExport } from './export/export';
import { ListEntryLags, ListReviewFindings } from './review/review.queries';
import { CountEditorsOfSigned, ListEditsAfterSignature } from './review/signed-edits.queries';

/** The trail of one trial; without a trial in the path the whole log's, for those whose role holds for every trial. */
@Controller()
export class AuditController {
  @Get(['trials/:trial/audit-trail', 'audit-trail'])
  read(@Edge() edge: EdgeRequest, @Query() query: ReadAuditTrail) {
    return edge.ask(query);
  }

  @Get(['trials/:trial/audit-trail/export', 'audit-trail/export'])
  async export(@Edge() edge: EdgeRequest, @Query() query: ExportAuditTrail): Promise<StreamableFile> {
    const { text, mediaType, fileName } = await edge.ask<TrailExport>(query);
    // Pulled by the connection: a slow reader slows the reading of the log, and one that goes away ends it.
    return new StreamableFile(Readable.from(text), {
      type: mediaType,
      disposition: `attachment; filename="${fileName}"`,
    });
  }

  @Get(['trials/:trial/audit-trail/data-points', 'audit-trail/data-points'])
  dataPoint(@Edge() edge: EdgeRequest, @Query() query: ReadDataPoint) {
    return edge.ask(query);
  }

  @Get('trials/:trial/audit-trail/entry-lags')
  entryLags(@Edge() edge: EdgeRequest, @Query() query: ListEntryLags) {
    return edge.ask(query);
  }

  @Get('trials/:trial/audit-trail/findings')
  findings(@Edge() edge: EdgeRequest, @Query() query: ListReviewFindings) {
    return edge.ask(query);
  }

  @Get('trials/:trial/audit-trail/edits-after-signature')
  editsAfterSignature(@Edge() edge: EdgeRequest, @Query() query: ListEditsAfterSignature) {
    return edge.ask(query);
  }

  @Get('trials/:trial/audit-trail/edits-after-signature/people')
  editorsOfSigned(@Edge() edge: EdgeRequest, @Query() query: CountEditorsOfSigned) {
    return edge.ask(query);
  }
}
