import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Edge, EdgeRequest } from '@platform/http';
import {
  ApproveConsentVersion,
  ChangeSiteStatus,
  DelegateStaff,
  RecordEthicsApproval,
  RetireConsentVersion,
  RevokeDelegation,
  SelectSite,
  SetReferenceRange,
} from './sites.commands';
import { ListSites, ReadSite } from './sites.queries';

@Controller('trials/:trial/sites')
export class SitesController {
  @Get()
  list(@Edge() edge: EdgeRequest, @Query() query: ListSites) {
    return edge.ask(query);
  }

  @Get(':site')
  read(@Edge() edge: EdgeRequest, @Query() query: ReadSite) {
    return edge.ask(query);
  }

  @Post(':site')
  select(@Edge() edge: EdgeRequest, @Body() command: SelectSite) {
    return edge.submit(command);
  }

  @Post(':site/ethics-approvals')
  recordEthicsApproval(@Edge() edge: EdgeRequest, @Body() command: RecordEthicsApproval) {
    return edge.submit(command);
  }

  @Post(':site/status')
  changeStatus(@Edge() edge: EdgeRequest, @Body() command: ChangeSiteStatus) {
    return edge.submit(command);
  }

  @Post(':site/delegations')
  delegate(@Edge() edge: EdgeRequest, @Body() command: DelegateStaff) {
    return edge.submit(command);
  }

  @Post(':site/delegations/revocations')
  revokeDelegation(@Edge() edge: EdgeRequest, @Body() command: RevokeDelegation) {
    return edge.submit(command);
  }

  @Post(':site/reference-ranges')
  setReferenceRange(@Edge() edge: EdgeRequest, @Body() command: SetReferenceRange) {
    return edge.submit(command);
  }

  @Post(':site/consent-versions')
  approveConsentVersion(@Edge() edge: EdgeRequest, @Body() command: ApproveConsentVersion) {
    return edge.submit(command);
  }

  @Post(':site/consent-versions/retirements')
  retireConsentVersion(@Edge() edge: EdgeRequest, @Body() command: RetireConsentVersion) {
    return edge.submit(command);
  }
}
