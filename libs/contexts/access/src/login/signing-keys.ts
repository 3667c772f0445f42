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

/** The key file of a data folder; made at the first start, readable by its owner only. */
export class FileSigningKeys implements SigningKeys {
  private readonly file: KeyFile;
  private readonly pair: Promise<{ readonly private: CryptoKey; readonly public: CryptoKey }>;

  /** @throws Error when others may read the file, or when it cannot be read */
  constructor(folder: string) {
    const path = join(folder, fileName);
    if (!existsSync(path)) create(folder, path);
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      throw new Error(
        `${fileName} can be read by others than its owner. Run chmod 600 on it, and start again.`,
      );
    }
    this.file = read(path);
    this.pair = pairOf(this.file.signing);
    // Whoever asks for the key gets the failure; an unanswered promise must not stop the process before that.
    this.pair.catch(() => undefined);
  }

  async signing(): Promise<{ readonly id: string; readonly key: CryptoKey }> {
    return { id: this.file.id, key: (await this.pair).private };
  }

  async verification(id: string): Promise<CryptoKey | undefined> {
    return id === this.file.id ? (await this.pair).public : undefined;
  }

  fingerprint(text: string): string {
    return createHmac('sha256', this.file.fingerprint).update(text).digest('hex').slice(0, 32);
  }
}

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
  const content: KeyFile = {
    id: randomHex(8),
    signing: randomSigningKey(),
    fingerprint: randomHex(32),
  };
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
