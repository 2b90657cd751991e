import { PlimsollError } from '@plimsoll/model'

/** A number is outside of what the venue's fixed-point arithmetic takes: its contracts refuse it. */
export class FixedPointError extends PlimsollError {
  override readonly name = 'FixedPointError'
}
