import { randomBytes } from 'node:crypto';
import type { SecretKind } from '@platform/secrets';

/** Secrets of webhooks, each under the reference that a contact's log names. */
export const contactSecretKind: SecretKind = {
  name: 'contact-secrets',
  table: 'contact_secrets',
  columns: ['reference', 'secret'],
};

export const CONTACT_SECRETS = Symbol('ContactSecrets');

/** As Standard Webhooks writes them: 24 bytes that nobody may ever draw again, from a seed or otherwise. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;
