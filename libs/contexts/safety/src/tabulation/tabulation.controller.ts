import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import { csvOf } from './table-csv';
import { ReadSafetyTabulation, type SafetyTabulation } from './tabulation.queries';

@Controller('trials/:trial/safety-tabulation')
export class SafetyTabulationController {
  @Get()
  async read(@Edge() edge: EdgeRequest, @Query() query: ReadSafetyTabulation) {
    const answer = await edge.ask<SafetyTabulation>(query);
    if (query.format !== 'csv') return answer;
    // The name says as of which place in the log the table was made.
    const name = `safety-tabulation-${answer.standsAt.position}.csv`;
    return new StreamableFile(Buffer.from(csvOf(answer)), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="${name}"`,
    });
  }
}
