import { isStreamId } from '@platform/kernel';
import { InputInvalid } from '../problems/errors';

/** @throws InputInvalid */
export function checkedId(field: string, value: unknown): string {
  if (typeof value === 'string' && isStreamId(value)) return value;
  const form = '1 to 64 letters, digits, "_" or "-", beginning with a letter or digit';
  throw InputInvalid.of(field, 'INPUT-ID', `${field} must be an id of ${form}.`);
}
