import { UnsupportedVenueStateError } from '@plimsoll/model'

/** The venue answered with something that no known rule covers. */
export function unsupported(fact: string): UnsupportedVenueStateError {
  return new UnsupportedVenueStateError(`Hyperliquid: ${fact}. Read again, or update the adapter.`)
}
