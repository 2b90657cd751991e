import { PlimsollError } from '@plimsoll/model'

/** A volatility, size, depth, table or parameter of a haircut is not usable. */
export class HaircutError extends PlimsollError {
  override readonly name = 'HaircutError'
}
