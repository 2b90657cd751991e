import * as z from 'zod/mini'
import { fromCanonicalJson, toCanonicalJson } from './canonical.js'
import { PlimsollError } from './errors.js'
import { describeIssues } from './issues.js'
import { marketObservationsSchema } from './market-observations-schema.js'
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
  /** Unix milliseconds when the reading began, or of its newest row where a source's clock is ahead. */
  readonly asOfMs: number
  readonly histories: readonly FactorHistory[]
  readonly depths: readonly FactorDepth[]
  readonly surfaces: readonly VolatilitySurface[]
  readonly fundings: readonly FundingRate[]
  readonly failures: readonly MarketFailure[]
}

/** Market observations do not follow the format, or contradict themselves. */
export class InvalidMarketObservationsError extends PlimsollError {
  override readonly name = 'InvalidMarketObservationsError'
}

/**
 * The canonical text of market observations.
 * `serializeMarketObservations(parseMarketObservations(text)) === text` for every text that it wrote.
 *
 * @throws InvalidMarketObservationsError when they are not valid.
 */
export function serializeMarketObservations(observations: MarketObservations): string {
  return toCanonicalJson(checkMarketObservations(observations))
}

/**
 * The market observations that a text denotes, fully checked: shapes, factors, ranges and dates.
 *
 * @throws InvalidMarketObservationsError naming the first fields that do not fit.
 */
export function parseMarketObservations(text: string): MarketObservations {
  let value: unknown
  try {
    value = fromCanonicalJson(text)
  } catch (cause) {
    throw new InvalidMarketObservationsError(
      `The text is not JSON (${text.length} characters). Pass what serializeMarketObservations returned.`,
      { cause },
    )
  }
  return checkMarketObservations(value)
}

/**
 * Checks market observations from anywhere.
 *
 * @throws InvalidMarketObservationsError naming the first fields that do not fit.
 */
export function checkMarketObservations(value: unknown): MarketObservations {
  const result = z.safeParse(marketObservationsSchema, value)
  if (result.success) return result.data
  throw new InvalidMarketObservationsError(
    `The market observations do not follow ${MARKET_OBSERVATIONS_FORMAT}. Read them again with this version, or mend the fields named below.`,
    { details: describeIssues(result.error) },
  )
}
