/** What the edge reads of a request. Fastify's request has this shape; nothing else of it is relied on. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** The client's address, as the host's proxy settings understand it. */
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  /** The pattern of the matched route: `/trials/:trial/sites/:site`. */
  readonly routeOptions?: { readonly url?: string };
  readonly server?: { hasRoute(route: { method: 'GET'; url: string }): boolean };
}

/** What the edge writes of a reply besides its body. */
export interface EdgeReply {
  header(name: string, value: string): unknown;
}

/** The only value of a header; undefined when it is missing or came more than once as a list. */
export function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The path without its query string. */
export const pathOf = (request: Pick<HttpRequest, 'url'>): string =>
  request.url.split('?', 1)[0] ?? request.url;

/** The token of `Authorization: Bearer …` (RFC 6750); undefined when there is none in that form. */
export function bearerTokenOf(request: HttpRequest): string | undefined {
  const match = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(headerOf(request, 'authorization') ?? '');
  return match?.[1];
}
