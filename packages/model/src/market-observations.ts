import type { FactorDepth, FactorHistory, FundingRate, VolatilitySurface } from './market-state.js'

/** Version of the serialised form. */
export const MARKET_OBSERVATIONS_FORMAT = 'plimsoll-market-observations/1'

/** A source that could not be read, or did not say what it was asked. */
export type MarketFailure = {
  /** Id of the adapter. */
  readonly adapter: string
  /** Null for a source without a chain. */
  readonly chain: number | null
  /** What was asked of it: factors in words; null when it concerns all of them. */
  readonly what: string | null
  /** Name of the error class. */
  readonly error: string
  /** What happened and what to do. */
  readonly message: string
}

/**
 * What sources say of the market, before anything is estimated from it: each row with its source and
 * date. Two sources may speak of one factor; which counts is decided where a market state is made.
 */
export type MarketObservations = {
  readonly format: typeof MARKET_OBSERVATIONS_FORMAT
  /** Unix milliseconds when the reading ended. */
  readonly asOfMs: number
  readonly histories: readonly FactorHistory[]
  readonly depths: readonly FactorDepth[]
  readonly surfaces: readonly VolatilitySurface[]
  readonly fundings: readonly FundingRate[]
  readonly failures: readonly MarketFailure[]
}
