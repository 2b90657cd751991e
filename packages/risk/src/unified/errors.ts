import { PlimsollError } from '@plimsoll/model'

/** The unified margin cannot be computed with what was given: an option of it is not usable. */
export class UnifiedMarginError extends PlimsollError {
  override readonly name = 'UnifiedMarginError'
}
