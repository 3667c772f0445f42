import { isPartialDate } from '@platform/kernel';

const shape = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?(Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads an instant of RFC 3339 with `Z` or an offset, and gives it as UTC text with milliseconds; undefined for
 * everything else: dates that do not exist, local times without an offset, other ISO 8601 forms.
 */
export function instantOf(text: unknown): string | undefined {
  const parts = typeof text === 'string' ? shape.exec(text) : null;
  if (!parts) return undefined;
  const [, local = '', fraction = '', zone = '', , hours = '00', minutes = '00'] = parts;
  if (!isPartialDate(local) || Number(hours) > 14 || Number(minutes) > 59) return undefined;
  // Date.parse wants seconds before a fraction, and knows milliseconds only.
  const seconds = local.length === 16 ? `${local}:00` : local;
  const epochMs = Date.parse(`${seconds}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(epochMs) ? undefined : new Date(epochMs).toISOString();
}
