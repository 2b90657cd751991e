import { PlimsollError } from '@plimsoll/model'

/** A source has nothing usable of a factor that it covers. */
export class MarketDataMissingError extends PlimsollError {
  override readonly name = 'MarketDataMissingError'
}

/** What a source says contradicts itself, or cannot be a price or volatility. */
export class MarketDataInvalidError extends PlimsollError {
  override readonly name = 'MarketDataInvalidError'
}

/** A price or print is older than its source promises. */
export class MarketDataStaleError extends PlimsollError {
  override readonly name = 'MarketDataStaleError'
}
