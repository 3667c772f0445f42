import type { SecretKind, Vault } from '../port';

export const someKind: SecretKind = {
  name: 'credentials',
  table: 'credentials',
  columns: ['credential', 'hash'],
};
const anotherKind: SecretKind = { ...someKind, name: 'contact-secrets', table: 'contact_secrets' };

/**
 * What every vault promises.
 * @param open gives an empty one; `again` opens what it holds once more, as another process or after a restart
 */
export function vaultContract(
  name: string,
  open: () => Promise<{ readonly vault: Vault; again(): Promise<Vault> }>,
): void {
  describe(`${name}: a vault`, () => {
    let vault: Vault;
    let again: () => Promise<Vault>;

    beforeEach(async () => {
      ({ vault, again } = await open());
    });
    afterEach(() => vault.close());

    test('keeps the first secret under a reference, and forgets what it is told to', async () => {
      const store = vault.of(someKind);
      expect(await store.secretOf('r-1')).toBeUndefined();
      expect(await store.keep('r-1', 'one')).toBe('one');
      expect(await store.keep('r-1', 'two')).toBe('one');
      expect(await store.keep('r-2', 'two')).toBe('two');
      await store.forget(['r-1', 'r-9']);
      await store.forget([]);
      expect([await store.secretOf('r-1'), await store.secretOf('r-2')]).toEqual([undefined, 'two']);
      expect(await store.keep('r-1', 'three')).toBe('three');
    });

    test('keeps kinds apart', async () => {
      await vault.of(someKind).keep('r-1', 'one');
      expect(await vault.of(anotherKind).keep('r-1', 'another')).toBe('another');
      await vault.of(anotherKind).forget(['r-1']);
      expect(await vault.of(someKind).secretOf('r-1')).toBe('one');
    });

    test('gives back exactly what it was given', async () => {
      const texts = ['', ' ', 'a\'b"c\\', '$argon2id$v=19$m=19456', 'Łódź 秘密 🔑', 'x'.repeat(10_000)];
      const store = vault.of(someKind);
      for (const [index, text] of texts.entries()) await store.keep(`r'${index}`, text);
      const found = await Promise.all(texts.map((_, index) => store.secretOf(`r'${index}`)));
      expect(found).toEqual(texts);
    });

    test('lets one of many at once be the first, and tells all of them', async () => {
      const secrets = Array.from({ length: 20 }, (_, index) => `secret ${index}`);
      const told = await Promise.all(secrets.map(secret => vault.of(someKind).keep('r-1', secret)));
      expect(new Set(told).size).toBe(1);
      expect(await vault.of(someKind).secretOf('r-1')).toBe(told[0]);
    });

    test('shows others what it has answered for', async () => {
      await vault.of(someKind).keep('r-1', 'one');
      const other = await again();
      expect(await other.of(someKind).keep('r-1', 'two')).toBe('one');
      await other.of(someKind).forget(['r-1']);
      expect(await vault.of(someKind).secretOf('r-1')).toBeUndefined();
      await other.close();
    });
  });
}
