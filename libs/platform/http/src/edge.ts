import {
  Inject,
  Injectable,
  Optional,
  createParamDecorator,
  type CanActivate,
  type ExecutionContext,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import {
  Gate,
  type Answered,
  type Asking,
  type Caller,
  type Command,
  type Query,
  type Receipt,
  type Submission,
  type Target,
} from '@platform/commands';
import { callerOf } from './caller';
import { ProblemFilter } from './problems/problem-filter';
import { pathOf, type EdgeReply, type HttpRequest } from './request';
import { DAY_ZONES, askingOf, submissionOf, targetOf, type DayZones } from './submissions';
import { validationPipe } from './inputs/input-pipe';

/** The place in the log that an answer stands at, or that a command reached. */
export const positionHeader = 'Ledger-Position';

/**
 * One request at the edge: what a controller needs to pass a body or a query string through the gate. The target is
 * all ids of the path, and what the controller adds.
 */
export class EdgeRequest {
  constructor(
    private readonly gate: Gate,
    private readonly request: HttpRequest,
    private readonly reply: EdgeReply,
    private readonly zones?: DayZones,
  ) {}

  /** @throws Error on a public route */
  get caller(): Caller {
    return callerOf(this.request);
  }

  get address(): string {
    return this.request.ip;
  }

  /** @throws InputInvalid */
  target(extra?: Target): Target {
    return targetOf(this.request, extra);
  }

  /** @throws InputInvalid, or whatever `Gate.submit` throws */
  async submit(command: Command, extraTarget?: Target): Promise<Receipt> {
    const submission = this.submission(command, extraTarget);
    const receipt = await this.gate.submit(command, submission);
    this.reply.header(positionHeader, receipt.position);
    const location = this.locationOf(receipt, submission.target);
    if (location !== undefined) this.reply.header('Location', location);
    return receipt;
  }

  /**
   * Where a command comes from, for a controller that has more to do with it than to submit it.
   * @throws InputInvalid
   */
  submission(command: Command, extraTarget?: Target): Submission {
    return submissionOf(this.request, command, this.target(extraTarget));
  }

  /** @throws InputInvalid, or whatever `Gate.ask` throws */
  async ask<Answer extends object>(query: Query, extraTarget?: Target): Promise<Answered<Answer>> {
    const answer = await this.gate.ask<Answer>(query, await this.asking(extraTarget));
    this.reply.header(positionHeader, answer.standsAt.position);
    return answer;
  }

  /** Where the question comes from and which moment it is about, for a controller that streams its answer. */
  asking(extraTarget?: Target): Promise<Asking> {
    return askingOf(this.request, this.target(extraTarget), this.zones);
  }

  /** The new thing's address, where a route reads it: the one new id below the collection that was posted to. */
  private locationOf({ ids }: Receipt, target: Target): string | undefined {
    const fresh = Object.entries(ids).filter(([name]) => target[name] === undefined);
    const [only, ...more] = fresh;
    const { server, routeOptions } = this.request;
    if (!only || more.length > 0 || !server || routeOptions?.url === undefined) return undefined;
    const [name, id] = only;
    const readable = server.hasRoute({ method: 'GET', url: `${routeOptions.url}/:${name}` });
    return readable ? `${pathOf(this.request)}/${encodeURIComponent(id)}` : undefined;
  }
}

const edges = new WeakMap<object, EdgeRequest>();

/**
 * Gives each request its way to the gate. It lets everybody pass: a guard, because a single interceptor makes Nest
 * build a chain of observables around each request, which costs more than the rest of the edge.
 */
@Injectable()
export class EdgeGuard implements CanActivate {
  constructor(
    @Inject(Gate) private readonly gate: Gate,
    @Optional() @Inject(DAY_ZONES) private readonly zones?: DayZones,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    edges.set(request, new EdgeRequest(this.gate, request, http.getResponse<EdgeReply>(), this.zones));
    return true;
  }
}

/** The request at the edge, as a controller's parameter. */
export const Edge = createParamDecorator((_: unknown, context: ExecutionContext): EdgeRequest => {
  const edge = edges.get(context.switchToHttp().getRequest<object>());
  if (!edge) throw new Error('The EdgeGuard is not installed in this host.');
  return edge;
});

/** Everything of the edge that a host installs once, for all its routes. The authentication guard comes beside it. */
export const edgeProviders = (): Provider[] => [
  { provide: APP_GUARD, useClass: EdgeGuard },
  { provide: APP_PIPE, useFactory: validationPipe },
  { provide: APP_FILTER, useClass: ProblemFilter },
];

/** So that a parameter reads `@Edge() edge: Edge`. */
export type Edge = EdgeRequest;
