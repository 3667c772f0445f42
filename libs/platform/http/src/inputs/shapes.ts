import { IsNumber, IsString, MaxLength, MinLength } from 'class-validator';
import type { SignatureComponents } from '@platform/commands';
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

/** In UTF-16 units; what is longer is no password by any count. */
const maxPasswordUnits = 512;

/** Who signs shows both again. The gate takes them off the command before anything of it is kept. */
export class SignatureInput implements SignatureComponents {
  @IsText(200)
  user: string;

  @IsString()
  @MinLength(1)
  @MaxLength(maxPasswordUnits)
  password: string;
}
