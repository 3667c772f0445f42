import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import type { JWK } from 'jose';

/*
 * The door to secrets. As opposed to the kernel's ids and chance, nobody may ever draw the same ones again: a
 * simulation gets secrets of its own, and none of them is in its log.
 */

/** Lower-case hexadecimal. */
export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** A new Ed25519 key, private part included. */
export const randomSigningKey = (): JWK =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });

/** Without characters that look alike: 24 of 55 are 138 bits. */
const alphabet = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password for somebody to copy, in four groups of six. */
export function randomPassword(): string {
  const letters = Array.from({ length: 24 }, () => alphabet.charAt(randomInt(alphabet.length)));
  return [0, 6, 12, 18].map(start => letters.slice(start, start + 6).join('')).join('-');
}
