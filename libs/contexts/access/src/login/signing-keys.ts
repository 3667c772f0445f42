import { createHmac } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { SecretKind, Vault } from '@platform/secrets';
import { randomHex, randomSigningKey } from './secrets';

/** The secrets of this installation that access stands on. Without them nobody logs in: signing fails closed. */
export interface SigningKeys {
  /** Ed25519. */
  signing(): Promise<{ readonly id: string; readonly key: CryptoKey }>;
  /** The key that a token names; undefined for one that is not ours. */
  verification(id: string): Promise<CryptoKey | undefined>;
  /** A keyed fingerprint: equal texts give equal ones, and without the key nobody can try texts against it. */
  fingerprint(text: string): string;
}

export const SIGNING_KEYS = Symbol('SigningKeys');

interface KeyFile {
  readonly id: string;
  readonly signing: JWK;
  readonly fingerprint: string;
}

const fileName = 'signing-key.json';

/** Keys that are there. */
class HeldSigningKeys implements SigningKeys {
  private readonly pair: Promise<{ readonly private: CryptoKey; readonly public: CryptoKey }>;

  constructor(private readonly content: KeyFile) {
    this.pair = pairOf(content.signing);
    // Whoever asks for the key gets the failure; an unanswered promise must not stop the process before that.
    this.pair.catch(() => undefined);
  }

  async signing(): Promise<{ readonly id: string; readonly key: CryptoKey }> {
    return { id: this.content.id, key: (await this.pair).private };
  }

  async verification(id: string): Promise<CryptoKey | undefined> {
    return id === this.content.id ? (await this.pair).public : undefined;
  }

  fingerprint(text: string): string {
    return createHmac('sha256', this.content.fingerprint).update(text).digest('hex').slice(0, 32);
  }
}

/** The key file of a data folder; made at the first start, readable by its owner only. */
export class FileSigningKeys extends HeldSigningKeys {
  /** @throws Error when others may read the file, or when it cannot be read */
  constructor(folder: string) {
    const path = join(folder, fileName);
    if (!existsSync(path)) create(folder, path);
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      throw new Error(
        `${fileName} can be read by others than its owner. Run chmod 600 on it, and start again.`,
      );
    }
    super(read(path));
  }
}

const signingKeyKind: SecretKind = {
  name: 'signing-keys',
  table: 'signing_keys',
  columns: ['reference', 'content'],
};
const reference = 'current';

/**
 * The keys of all machines that share a vault; made by whichever is first to start.
 * @throws SecretsUnavailable, or an Error when what stands there is damaged
 */
export async function sharedSigningKeys(vault: Vault): Promise<SigningKeys> {
  const store = vault.of(signingKeyKind);
  const kept = (await store.secretOf(reference)) ?? (await store.keep(reference, JSON.stringify(newKeys())));
  const content = parsed(kept);
  if (isKeyFile(content)) return new HeldSigningKeys(content);
  throw new Error('The signing key in the storage of secrets is damaged. Restore it from a backup.');
}

const newKeys = (): KeyFile => ({
  id: randomHex(8),
  signing: randomSigningKey(),
  fingerprint: randomHex(32),
});

function read(path: string): KeyFile {
  const content = parsed(readFileSync(path, 'utf8'));
  if (isKeyFile(content)) return content;
  throw new Error(`${fileName} is damaged. Restore it from a backup; a new one ends all sessions.`);
}

/** Undefined for what is no JSON: the parser's own error would quote the key. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isKeyFile = (content: unknown): content is KeyFile =>
  typeof content === 'object' &&
  content !== null &&
  'id' in content &&
  typeof content.id === 'string' &&
  'signing' in content &&
  typeof content.signing === 'object' &&
  'fingerprint' in content &&
  typeof content.fingerprint === 'string';

async function pairOf(jwk: JWK): Promise<{ readonly private: CryptoKey; readonly public: CryptoKey }> {
  const { d: _private, ...publicPart } = jwk;
  const [secret, open] = await Promise.all([importJWK(jwk, 'EdDSA'), importJWK(publicPart, 'EdDSA')]);
  if (secret instanceof Uint8Array || open instanceof Uint8Array)
    throw new Error(`${fileName} holds no key pair.`);
  return { private: secret, public: open };
}

/**
 * Written whole under another name, then linked: if we die on the way there is no key file and the next start makes
 * one; if two start at once, the link of the second fails and both read the first one's.
 */
function create(folder: string, path: string): void {
  const content = newKeys();
  const unfinished = join(folder, `${fileName}.${content.id}`);
  const handle = openSync(unfinished, 'wx', 0o600);
  writeSync(handle, JSON.stringify(content));
  fsyncSync(handle);
  closeSync(handle);
  try {
    linkSync(unfinished, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    unlinkSync(unfinished);
  }
}
