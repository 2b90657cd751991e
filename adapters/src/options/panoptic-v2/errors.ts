import { PlimsollError } from '@plimsoll/model'

/** The positions that are configured for an owner are not those that the pool counts. */
export class PositionsUnknownError extends PlimsollError {
  override readonly name = 'PositionsUnknownError'
}
