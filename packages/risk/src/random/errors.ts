import { PlimsollError } from '@plimsoll/model'

/** A seed is no whole number that a double can hold. */
export class RandomError extends PlimsollError {
  override readonly name = 'RandomError'
}
