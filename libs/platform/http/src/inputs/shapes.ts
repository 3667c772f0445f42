import { IsNumber } from 'class-validator';
import type { ClinicalTime, Quantity, Reason } from '@platform/kernel';
import { IsPartialDate, IsStreamIdText, IsText, IsUnit, IsZone } from './decorators';

/*
 * Kernel values as they come in a request's body. A field of such a type carries
 * `@ValidateNested()` and `@Type(() => ClinicalTimeInput)`.
 */

export class ClinicalTimeInput implements ClinicalTime {
  @IsPartialDate()
  at: string;

  @IsZone()
  zone: string;
}

export class QuantityInput implements Quantity {
  @IsNumber()
  value: number;

  @IsUnit()
  unit: string;
}

export class ReasonInput implements Reason {
  @IsStreamIdText()
  code: string;

  @IsText(2_000)
  text: string;
}
