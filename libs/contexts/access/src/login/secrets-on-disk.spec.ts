import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryCredentialStore, SqliteCredentialStore, type CredentialStore } from './credential-store';
import { randomPassword } from './secrets';
import { FileSigningKeys } from './signing-keys';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'access-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (file: string): number => statSync(join(folder, file)).mode & 0o777;

describe('the signing key', () => {
  test('is made once, for its owner only, and leaves nothing beside it', async () => {
    const first = await new FileSigningKeys(folder).signing();
    const again = await new FileSigningKeys(folder).signing();
    expect(again.id).toBe(first.id);
    expect(readdirSync(folder)).toEqual(['signing-key.json']);
    expect(modeOf('signing-key.json')).toBe(0o600);
  });

  test('is another one in another folder, and knows no other', async () => {
    const keys = new FileSigningKeys(folder);
    expect(await keys.verification('another')).toBeUndefined();
    const { id, key } = await keys.signing();
    expect([await keys.verification(id), key.type]).toEqual([
      expect.objectContaining({ type: 'public' }),
      'private',
    ]);
  });

  test('gives fingerprints that only its holder can repeat', () => {
    const keys = new FileSigningKeys(folder);
    const fingerprint = keys.fingerprint('correct horse battery staple');
    expect(fingerprint).toBe(new FileSigningKeys(folder).fingerprint('correct horse battery staple'));
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
    rmSync(join(folder, 'signing-key.json'));
    expect(new FileSigningKeys(folder).fingerprint('correct horse battery staple')).not.toBe(fingerprint);
  });

  test('that others can read is not used', () => {
    expect(new FileSigningKeys(folder)).toBeDefined();
    chmodSync(join(folder, 'signing-key.json'), 0o644);
    expect(() => new FileSigningKeys(folder)).toThrow('chmod 600');
  });

  test.each(['', '{}', 'x', '{"id":"k1","signing":{}}'])(
    'that holds "%s" is not replaced in silence',
    content => {
      const file = join(folder, 'signing-key.json');
      writeFileSync(file, content, { mode: 0o600 });
      expect(() => new FileSigningKeys(folder)).toThrow('damaged');
      expect(readFileSync(file, 'utf8')).toBe(content);
    },
  );

  test('of another kind signs nothing', async () => {
    const key = { id: 'k1', signing: { kty: 'oct', k: 'AAAA' }, fingerprint: 'x' };
    writeFileSync(join(folder, 'signing-key.json'), JSON.stringify(key), { mode: 0o600 });
    await expect(new FileSigningKeys(folder).signing()).rejects.toThrow('no key pair');
  });
});

describe.each<[string, () => CredentialStore]>([
  ['in memory', () => new MemoryCredentialStore()],
  ['in a file', () => new SqliteCredentialStore(folder)],
])('the credential store %s', (_, open) => {
  test('keeps the first hash under a reference, and forgets what it is told to', async () => {
    const store = open();
    expect(await store.keep('c-1', 'hash 1')).toBe('hash 1');
    expect(await store.keep('c-1', 'hash 2')).toBe('hash 1');
    await store.keep('c-2', 'hash 2');
    await store.forget(['c-1', 'c-9']);
    expect([await store.hashOf('c-1'), await store.hashOf('c-2')]).toEqual([undefined, 'hash 2']);
    store.close();
  });
});

test('the file of credentials is its owner’s only, and is there after the next start', async () => {
  const store = new SqliteCredentialStore(folder);
  await store.keep('c-1', 'hash 1');
  store.close();
  const again = new SqliteCredentialStore(folder);
  expect(await again.hashOf('c-1')).toBe('hash 1');
  again.close();
  expect(modeOf('credentials.sqlite')).toBe(0o600);
});

test('random passwords are long, readable and never the same', () => {
  const drawn = Array.from({ length: 200 }, randomPassword);
  expect(
    drawn.filter(password => !/^([a-hj-km-zA-HJ-NP-Z2-9]{6}-){3}[a-hj-km-zA-HJ-NP-Z2-9]{6}$/.test(password)),
  ).toEqual([]);
  expect(new Set(drawn).size).toBe(200);
});
