import { ValidateBy, ValidateIf, buildMessage, type ValidationOptions } from 'class-validator';
import { isPartialDate, isStreamId, isUnit, isZone } from '@platform/kernel';
import { instantOf } from './instant';

/** The decorators that class-validator does not have, or has too lenient. Each refuses null and undefined by itself. */

const text =
  (name: string, holds: (value: string) => boolean, message: string, constraints: unknown[] = []) =>
  (options?: ValidationOptions): PropertyDecorator =>
    ValidateBy(
      {
        name,
        constraints,
        validator: {
          validate: (value: unknown) => typeof value === 'string' && holds(value),
          defaultMessage: buildMessage(each => `${each}$property ${message}`, options),
        },
      },
      options,
    );

/** A clinical date at the precision it is known: `2013`, `2013-08`, `2013-08-14`, `2013-08-14T10:30[:05]`. */
export const IsPartialDate = text(
  'isPartialDate',
  isPartialDate,
  'must be a date that exists, as precise as it is known: 2013, 2013-08, 2013-08-14, 2013-08-14T10:30',
);

/** A zone of the IANA database: `Asia/Shanghai`. */
export const IsZone = text('isZone', isZone, 'must name a zone of the IANA database, such as Asia/Shanghai');

/** A unit in the case-sensitive UCUM code: `umol/L`, `10*9/L`. */
export const IsUnit = text('isUnit', isUnit, 'must be a UCUM unit, such as umol/L or 10*9/L');

/** A coded id that may stand in a stream's name. */
export const IsStreamIdText = text(
  'isStreamId',
  isStreamId,
  'must be an id of 1 to 64 letters, digits, "_" or "-" that begins with a letter or digit',
);

/** An instant of RFC 3339 with `Z` or an offset: `2024-03-05T08:15:00Z`. */
export const IsInstant = text(
  'isInstant',
  value => instantOf(value) !== undefined,
  'must be an instant with Z or an offset, such as 2024-03-05T08:15:00Z',
);

/** A text with something in it besides white space, of at most `max` UTF-16 units (1,000 unless given). */
export const IsText = (max = 1_000, options?: ValidationOptions): PropertyDecorator =>
  text(
    'isText',
    value => value.trim() !== '' && value.length <= max,
    `must be text of 1 to ${max} characters`,
    [max],
  )(options);

/** The field may be left out. As opposed to class-validator's `IsOptional`, null is not let through. */
export const IsOmittable = (options?: ValidationOptions): PropertyDecorator =>
  ValidateIf((_, value) => value !== undefined, options);

/** The field may be null, which says that there is no value. It may be left out only if `IsOmittable` stands too. */
export const IsNullable = (options?: ValidationOptions): PropertyDecorator =>
  ValidateIf((_, value) => value !== null, options);
