export { backoffMs, defaultBackoff, type Backoff } from './backoff';
export { emailAddressProblem, EmailChannel, type EmailOptions } from './email/email-channel';
export { isMailbox } from './email/mailbox';
export { readSmtpUrl, SmtpServerAddress } from './email/smtp-server-address';
export * from './port';
export { RoutedChannel } from './routed-channel';
export { readCidr, type Cidr } from './webhook/address-guard';
export type { Resolve } from './webhook/endpoint';
export { webhookAddressProblem, WebhookChannel, type WebhookOptions } from './webhook/webhook-channel';
