import * as z from 'zod/mini'
import { fromCanonicalJson, toCanonicalJson } from './canonical.js'
import { PlimsollError } from './errors.js'
import type { FactorId } from './ids.js'
import { describeIssues } from './issues.js'
import { marketStateSchema } from './market-state-schema.js'

/** Version of the serialised form. */
export const MARKET_STATE_FORMAT = 'plimsoll-market-state/1'

/** Where a number comes from and how old it is. */
export type Provenance = {
  /** Source and method, for print. */
  readonly source: string
  /** Unix milliseconds of the newest observation in it. */
  readonly asOfMs: number
  /** The observations it is computed from; null where it is not a statistic. */
  readonly observed: { readonly fromMs: number; readonly toMs: number } | null
}

/** Annualised (365 days) volatilities of log returns of a spot factor, as fractions. */
export type SpotVolatility = {
  /** What the present says. */
  readonly volatility: number
  /** What a stressed period says. */
  readonly stressed: number
  /** What the longest history says: the margin never falls below it. */
  readonly floor: number
  readonly provenance: Provenance
}

/**
 * What a broken peg loses or gains, as fractions of the value. A peg has no volatility: it holds, and
 * then it does not.
 */
export type PegStress = {
  /** Loss of the pegged asset, 0 to 1. */
  readonly down: number
  /** Rise of the pegged asset, which costs whoever owes it. */
  readonly up: number
  readonly provenance: Provenance
}

/**
 * Relative shocks of implied volatility in a day, at 30 days to expiry. At D days they are
 * (30 ÷ max(floorDays, D))^p times as large, p = `shortPower` up to 30 days, else `longPower`.
 */
export type ImpliedVolatilityStress = {
  readonly up: number
  /** Not above 1. */
  readonly down: number
  readonly shortPower: number
  readonly longPower: number
  readonly floorDays: number
  readonly provenance: Provenance
}

/** Correlation of the log returns of two spot factors. */
export type FactorCorrelation = {
  /** In the order of their text, not the same. */
  readonly factors: readonly [FactorId, FactorId]
  /** −1 to 1. */
  readonly value: number
  readonly provenance: Provenance
}

/** What the market takes of a spot factor, in the numeraire at today's price. */
export type FactorDepth = {
  readonly factor: FactorId
  /** Traded in a day on average; null where it is not known. */
  readonly dailyVolume: number | null
  /** Marginal prices by rising notional, as fractions of the mid; the first at notional 0. Empty: not known. */
  readonly points: readonly { readonly notional: number; readonly price: number }[]
  readonly provenance: Provenance
}

/** A spot factor with how it moves, and whether anybody measured that. */
export type FactorVolatility = SpotVolatility & {
  readonly factor: FactorId
  /** `default`: of a shipped calibration, which limits what may be claimed; `observed`: read or given. */
  readonly calibration: 'default' | 'observed'
}

/** Closes of a `spot:` or `peg:` factor at equal intervals; nothing is filled in. */
export type FactorHistory = {
  readonly factor: FactorId
  readonly intervalMs: number
  /** Unix milliseconds of the last close. */
  readonly toMs: number
  /** Above 0, oldest first; of a spot factor in the numeraire, of a peg in its anchor. */
  readonly prices: readonly number[]
  readonly provenance: Provenance
}

/** Implied volatilities of one underlying, as quoted. */
export type VolatilitySurface = {
  /** `iv:<SYMBOL>`. */
  readonly factor: FactorId
  /** By rising expiry. */
  readonly expiries: readonly {
    /** Unix seconds. */
    readonly expiry: number
    /** In the numeraire. */
    readonly forward: number
    /** By rising strike; volatilities annualised (365 days), as fractions. */
    readonly points: readonly { readonly strike: number; readonly impliedVolatility: number }[]
  }[]
  readonly provenance: Provenance
}

/** What a perpetual future of one venue pays: annualised simple rate; above 0 longs pay shorts. */
export type FundingRate = {
  /** `funding:<SYMBOL>`. */
  readonly factor: FactorId
  readonly venue: string
  readonly rate: number
  readonly provenance: Provenance
}

/** What is assumed of a factor that the state does not list. */
export type FactorDefaults = {
  /** Not below 200 % a year; such a factor is moreover correlated 1 against everything else. */
  readonly spot: SpotVolatility
  readonly peg: PegStress
  readonly impliedVolatility: ImpliedVolatilityStress
}

/** What the engine knows of the market: volatilities, correlations, pegs and depth, each with its source. */
export type MarketState = {
  readonly format: typeof MARKET_STATE_FORMAT
  /** For print: who calibrated it, from what. */
  readonly source: string
  readonly asOfMs: number
  /** Unix milliseconds from which nothing may be concluded from it. */
  readonly expiresAtMs: number
  /** Of `spot:` factors. */
  readonly volatilities: readonly FactorVolatility[]
  /** Of `peg:` factors. */
  readonly pegs: readonly (PegStress & { readonly factor: FactorId })[]
  /** Of `iv:<SYMBOL>` factors. */
  readonly impliedVolatilities: readonly (ImpliedVolatilityStress & { readonly factor: FactorId })[]
  /** Of pairs of `spot:` factors. */
  readonly correlations: readonly FactorCorrelation[]
  readonly depths: readonly FactorDepth[]
  readonly histories: readonly FactorHistory[]
  readonly surfaces: readonly VolatilitySurface[]
  readonly fundings: readonly FundingRate[]
  readonly defaults: FactorDefaults
}

/** A market state does not follow the format, or contradicts itself. */
export class InvalidMarketStateError extends PlimsollError {
  override readonly name = 'InvalidMarketStateError'
}

/**
 * The canonical text of a market state. `serializeMarketState(parseMarketState(text)) === text` for
 * every text that it wrote.
 *
 * @throws InvalidMarketStateError when it is not valid.
 */
export function serializeMarketState(state: MarketState): string {
  return toCanonicalJson(checkMarketState(state))
}

/**
 * The market state that a text denotes, fully checked: shapes, factors, ranges and dates.
 *
 * @throws InvalidMarketStateError naming the first fields that do not fit.
 */
export function parseMarketState(text: string): MarketState {
  let value: unknown
  try {
    value = fromCanonicalJson(text)
  } catch (cause) {
    throw new InvalidMarketStateError(
      `The text is not JSON (${text.length} characters). Pass what serializeMarketState returned.`,
      { cause },
    )
  }
  return checkMarketState(value)
}

/**
 * Checks a market state from anywhere.
 *
 * @throws InvalidMarketStateError naming the first fields that do not fit.
 */
export function checkMarketState(value: unknown): MarketState {
  const result = z.safeParse(marketStateSchema, value)
  if (result.success) return result.data
  throw new InvalidMarketStateError(
    `The market state does not follow ${MARKET_STATE_FORMAT}. Read it again with this version, or mend the fields named below.`,
    { details: describeIssues(result.error) },
  )
}

/**
 * Whether nothing may be concluded from a market state any more.
 *
 * @param nowMs unix milliseconds
 */
export function marketStateExpired(state: MarketState, nowMs: number): boolean {
  return !(nowMs < state.expiresAtMs)
}
