import { SignJWT, errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock, Ids } from '@platform/kernel';
import type { SigningKeys } from './signing-keys';

/** How long an access token is good: short, because only the account's state, not the token, can be taken back. */
export const tokenSeconds = 15 * 60;

/** What an access token says. Roles are not in it: they are looked up at each request. */
export interface TokenClaims {
  readonly user: string;
  /** The token's own id. */
  readonly session: string;
  readonly method: string;
  /** The credential that was shown at the login; when another one counts, the token is void. */
  readonly credential?: string;
  /** When the person logged in, epoch seconds; renewals keep it. */
  readonly loggedInAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface TokenOptions {
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly issuer: string;
  readonly audience: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly claims: TokenClaims;
}

const algorithm = 'EdDSA';
const type = 'at+jwt';

/** Signs and checks access tokens (RFC 9068 in form: `typ` at+jwt, with exp, iat, sub and jti always there). */
export class AccessTokens {
  /** Checked tokens: a signature costs more than a whole command. Each use still looks at the time. */
  private readonly known = new LRUCache<string, TokenClaims>({ max: 5_000 });

  constructor(private readonly options: TokenOptions) {}

  async issue(
    subject: Pick<TokenClaims, 'user' | 'method' | 'credential'> & { loggedInAt?: number },
  ): Promise<IssuedToken> {
    const { keys, ids, issuer, audience } = this.options;
    const issuedAt = this.seconds();
    const expiresAt = issuedAt + tokenSeconds;
    const { user, method, credential, loggedInAt = issuedAt } = subject;
    const session = ids.next();
    const { id, key } = await keys.signing();
    const token = await new SignJWT({ method, credential, auth_time: loggedInAt })
      .setProtectedHeader({ alg: algorithm, typ: type, kid: id })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(user)
      .setJti(session)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(key);
    return { token, claims: { user, session, method, credential, loggedInAt, expiresAt } };
  }

  /** Undefined for everything but a token of ours that holds now. */
  async verify(token: string): Promise<TokenClaims | undefined> {
    const now = this.seconds();
    const claims = this.known.get(token) ?? (await this.check(token));
    return claims && now < claims.expiresAt ? claims : undefined;
  }

  private async check(token: string): Promise<TokenClaims | undefined> {
    const { keys, clock, issuer, audience } = this.options;
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => keyOf(await keys.verification(kid ?? '')),
        {
          algorithms: [algorithm],
          issuer,
          audience,
          typ: type,
          requiredClaims: ['exp', 'iat', 'sub', 'jti'],
          currentDate: new Date(clock.now()),
        },
      );
      const claims = claimsOf(payload);
      if (claims) this.known.set(token, claims);
      return claims;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  private seconds(): number {
    return Math.floor(this.options.clock.now() / 1000);
  }
}

function keyOf<Key>(key: Key | undefined): Key {
  if (key === undefined) throw new errors.JWSInvalid('The token names a key that is not ours.');
  return key;
}

function claimsOf({ sub, jti, exp, auth_time, method, credential }: JWTPayload): TokenClaims | undefined {
  if (sub === undefined || jti === undefined || exp === undefined) return undefined;
  if (typeof auth_time !== 'number' || typeof method !== 'string') return undefined;
  if (credential !== undefined && typeof credential !== 'string') return undefined;
  return { user: sub, session: jti, method, credential, loggedInAt: auth_time, expiresAt: exp };
}
