export { CurrentCaller, Public, callerOf, callerOnRequest, isPublic, setCaller } from './caller';
export { Edge, EdgeGuard, EdgeRequest, edgeProviders, positionHeader } from './edge';
export * from './inputs/decorators';
export { InputPipe, StreamIdPipe, validationPipe } from './inputs/input-pipe';
export { instantOf } from './inputs/instant';
export { IsFlag, LimitedQuery, PagedQuery, pageOf } from './inputs/paging';
export * from './inputs/shapes';
export {
  InputInvalid,
  PrincipalRefused,
  PrincipalUnknown,
  RateLimited,
  type Violation,
} from './problems/errors';
export { problemOf, type Problem, type ProblemDocument } from './problems/problem';
export { ProblemFilter, answerFrameworkError } from './problems/problem-filter';
export { bearerTokenOf, type EdgeReply, type HttpRequest } from './request';
export { DAY_ZONES, askingOf, submissionOf, targetOf, type DayZones } from './submissions';
