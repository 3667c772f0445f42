import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryVault } from '@platform/secrets';
import { randomPassword } from './secrets';
import { FileSigningKeys, sharedSigningKeys } from './signing-keys';

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

describe('the signing key of a shared vault', () => {
  test('is made once, whoever starts at the same time, and is the same for all', async () => {
    const vault = new MemoryVault();
    const all = await Promise.all([1, 2, 3].map(() => sharedSigningKeys(vault)));
    const ids = await Promise.all(
      [...all, await sharedSigningKeys(vault)].map(async keys => (await keys.signing()).id),
    );
    expect(new Set(ids).size).toBe(1);
    expect(new Set(all.map(keys => keys.fingerprint('correct horse'))).size).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that is damaged is not replaced in silence', async () => {
    const damaged = { keep: async () => '{}', secretOf: async () => '{}', forget: async () => {} };
    const vault = { isShared: true, of: () => damaged, close: async () => {} };
    await expect(sharedSigningKeys(vault)).rejects.toThrow('damaged');
  });
});

test('random passwords are long, readable and never the same', () => {
  const drawn = Array.from({ length: 200 }, randomPassword);
  expect(
    drawn.filter(password => !/^([a-hj-km-zA-HJ-NP-Z2-9]{6}-){3}[a-hj-km-zA-HJ-NP-Z2-9]{6}$/.test(password)),
  ).toEqual([]);
  expect(new Set(drawn).size).toBe(200);
});
