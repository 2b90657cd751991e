import { PlimsollError } from '@plimsoll/model'

/** The venue answered a request with an error of its own. */
export class VenueRefusedError extends PlimsollError {
  override readonly name = 'VenueRefusedError'
}

/** The venue could not load one of the owner's subaccounts. */
export class SubaccountUnavailableError extends PlimsollError {
  override readonly name = 'SubaccountUnavailableError'
}

/** An oracle print that an account needs is missing, or cannot be a price or volatility. */
export class FeedError extends PlimsollError {
  override readonly name = 'FeedError'
}
