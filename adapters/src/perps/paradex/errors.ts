import { PlimsollError, UnsupportedVenueStateError } from '@plimsoll/model'

/** The venue answered for another account than the one asked about, or contradicts itself. */
export class AccountMismatchError extends PlimsollError {
  override readonly name = 'AccountMismatchError'
}

/** The venue answered with something that no known rule covers. */
export function unsupported(fact: string): UnsupportedVenueStateError {
  return new UnsupportedVenueStateError(
    `Paradex: ${fact}. Read again, or update the adapter; until then it is unknown.`,
  )
}
