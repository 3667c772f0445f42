import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { ManualClock, timeOrderedIds } from '@platform/kernel';
import { AccessTokens, tokenSeconds } from './tokens';
import type { SigningKeys } from './signing-keys';

const now = '2024-03-05T08:00:00.000Z';
const seconds = Date.parse(now) / 1000;

let clock: ManualClock;
let keys: SigningKeys;
let own: CryptoKey;
let tokens: AccessTokens;

beforeEach(async () => {
  clock = ManualClock.at(now);
  const pair = await generateKeyPair('EdDSA');
  own = pair.privateKey;
  keys = {
    signing: () => Promise.resolve({ id: 'k1', key: pair.privateKey }),
    verification: id => Promise.resolve(id === 'k1' ? pair.publicKey : undefined),
    fingerprint: text => text,
  };
  tokens = new AccessTokens({ keys, clock, ids: timeOrderedIds, issuer: 'ledger', audience: 'ledger' });
});

const subject = { user: 'coordinator-03', method: 'password', credential: 'c-1' };

test('a token says who, how and until when, and holds until then', async () => {
  const { token, claims } = await tokens.issue(subject);
  expect(claims).toEqual({
    ...subject,
    session: expect.any(String),
    loggedInAt: seconds,
    expiresAt: seconds + tokenSeconds,
  });
  expect(await tokens.verify(token)).toEqual(claims);
  clock.advance(tokenSeconds * 1000 - 1);
  expect(await tokens.verify(token)).toEqual(claims);
  clock.advance(1);
  expect(await tokens.verify(token)).toBeUndefined();
});

test('a token that was never seen before is expired all the same', async () => {
  const { token } = await tokens.issue(subject);
  const elsewhere = new AccessTokens({
    keys,
    clock: ManualClock.at('2024-03-05T08:15:00.000Z'),
    ids: timeOrderedIds,
    issuer: 'ledger',
    audience: 'ledger',
  });
  expect(await elsewhere.verify(token)).toBeUndefined();
});

interface Shape {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly key?: CryptoKey;
}

/** A token like ours, made by hand. */
const signed = ({ claims = {}, header = {}, key = own }: Shape): Promise<string> => {
  const payload = {
    iss: 'ledger',
    aud: 'ledger',
    sub: 'coordinator-03',
    jti: 's-1',
    iat: seconds,
    exp: seconds + 60,
    auth_time: seconds,
    method: 'password',
    credential: 'c-1',
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(key);
};

test('a token made by hand holds when nothing is wrong with it', async () => {
  expect(await tokens.verify(await signed({}))).toMatchObject({ user: 'coordinator-03', session: 's-1' });
});

test.each<[string, Shape]>([
  ['no exp', { claims: { exp: undefined } }],
  ['no iat', { claims: { iat: undefined } }],
  ['no sub', { claims: { sub: undefined } }],
  ['no jti', { claims: { jti: undefined } }],
  ['no login time', { claims: { auth_time: undefined } }],
  ['another kind of login', { claims: { method: 7 } }],
  ['a credential that is no text', { claims: { credential: { id: 'c-1' } } }],
  ['another audience', { claims: { aud: 'elsewhere' } }],
  ['another issuer', { claims: { iss: 'elsewhere' } }],
  ['an end in the past', { claims: { exp: seconds - 1 } }],
  ['the type of an ID token', { header: { typ: 'JWT' } }],
  ['a key that is not ours', { header: { kid: 'k2' } }],
])('a token with %s does not hold', async (_, shape) => {
  expect(await tokens.verify(await signed(shape))).toBeUndefined();
});

test('a token signed by somebody else does not hold', async () => {
  const { privateKey } = await generateKeyPair('EdDSA');
  expect(await tokens.verify(await signed({ key: privateKey }))).toBeUndefined();
});

test('a token without a signature does not hold', async () => {
  const unsigned = new UnsecuredJWT({
    sub: 'coordinator-03',
    jti: 's-1',
    iss: 'ledger',
    aud: 'ledger',
    iat: seconds,
  });
  const [, payload] = (await signed({})).split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: 'k1' })).toString('base64url');
  expect(await tokens.verify(unsigned.setExpirationTime(seconds + 60).encode())).toBeUndefined();
  expect(await tokens.verify(`${header}.${payload}.`)).toBeUndefined();
});

test('the public key is no secret to sign with', async () => {
  const verification = await keys.verification('k1');
  const open = await exportJWK(verification ?? own);
  const secret = await importJWK({ kty: 'oct', k: open.x }, 'HS256');
  const forged = new SignJWT({
    iss: 'ledger',
    aud: 'ledger',
    sub: 'x',
    jti: 'y',
    iat: seconds,
    exp: seconds + 60,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })
    .sign(secret);
  expect(await tokens.verify(await forged)).toBeUndefined();
});

test.each(['', 'x', 'a.b.c', '..', `${'a'.repeat(10_000)}.b.c`])('"%s" is no token', async text => {
  expect(await tokens.verify(text)).toBeUndefined();
});

test('a changed token does not hold', async () => {
  const { token } = await tokens.issue(subject);
  const [header, , signature] = token.split('.');
  const [, other] = (await tokens.issue({ ...subject, user: 'administrator-01' })).token.split('.');
  expect(await tokens.verify([header, other, signature].join('.'))).toBeUndefined();
});

test('when the keys cannot be had, the error passes on instead of a decision', async () => {
  const { token } = await tokens.issue(subject);
  const broken = { ...keys, verification: () => Promise.reject(new Error('no keys')) };
  const elsewhere = new AccessTokens({
    keys: broken,
    clock,
    ids: timeOrderedIds,
    issuer: 'ledger',
    audience: 'ledger',
  });
  await expect(elsewhere.verify(token)).rejects.toThrow('no keys');
});
