import { PlimsollError } from '@plimsoll/model'

/** Factors, histories or options do not make a model of the market. */
export class CalibrationError extends PlimsollError {
  override readonly name = 'CalibrationError'
}
