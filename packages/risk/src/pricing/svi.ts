import { PricingError } from '../errors.js'
import { logRatio } from './log.js'

/** Parameters of the raw SVI curve of total variance, one expiry. */
export type SviParameters = {
  /** Level of total variance; may be negative. */
  readonly a: number
  /** Slope of the wings. */
  readonly b: number
  /** Rotation, in (−1, 1) on a surface without arbitrage. */
  readonly rho: number
  /** Log-moneyness of the vertex. */
  readonly m: number
  /** Width of the vertex, in log-moneyness. */
  readonly sigma: number
}

/** An SVI curve as a feed publishes it: with the forward and the time that it was fitted to. */
export type SviSlice = SviParameters & {
  /** Forward that log-moneyness is measured against, in the numeraire. */
  readonly forward: number
  /** Years that turn total variance into volatility: σ = √(w / referenceYears). */
  readonly referenceYears: number
  /** How the feed bounds the curve; absent: it does not. */
  readonly limits?: SviLimits
}

/** Bounds that a feed puts on its curve before it is used. */
export type SviLimits = {
  /** Log-moneyness is clipped to ± this many √(a + b·σ). */
  readonly standardDeviations: number
  /** Total variance is at most this. */
  readonly totalVariance: number
}

/**
 * Total variance at a log-moneyness k = ln(K/F): w = a + b·(ρ·(k − m) + √((k − m)² + σ²))
 * (J. Gatheral, A parsimonious arbitrage-free implied volatility parameterization, 2004). Any
 * parameters are evaluated as they are; {@link sviFindings} says what is wrong with them.
 *
 * @example
 * sviTotalVariance({ a: 0.04, b: 0.4, rho: -0.4, m: 0.05, sigma: 0.1 }, 0) // 0.0927213595499958
 */
export function sviTotalVariance(svi: SviParameters, logMoneyness: number): number {
  const { a, b, rho, m, sigma } = svi
  const x = logMoneyness - m
  return a + b * (rho * x + Math.sqrt(x * x + sigma * sigma))
}

/**
 * Annualised volatility of a strike as a fraction, with the slice's own forward, time and limits: it
 * does not move with the spot (sticky strike).
 *
 * @throws PricingError when the strike or the slice is not usable, or where the curve is negative.
 */
export function sviVolatility(slice: SviSlice, strike: number): number {
  const { forward, referenceYears, limits } = slice
  if (!positive(strike) || !positive(forward) || !positive(referenceYears)) {
    throw new PricingError(
      `Cannot evaluate a volatility curve at strike ${strike} with forward ${forward} and ${referenceYears} reference years: each must be a positive finite number. Check the feed.`,
    )
  }
  let logMoneyness = logRatio(strike, forward)
  if (limits !== undefined) {
    const bound = limits.standardDeviations * Math.sqrt(slice.a + slice.b * slice.sigma)
    if (logMoneyness > bound) logMoneyness = bound
    else if (logMoneyness < -bound) logMoneyness = -bound
  }
  const variance = sviTotalVariance(slice, logMoneyness)
  if (!(variance >= 0 && variance < Infinity)) {
    throw new PricingError(
      `The volatility curve has the total variance ${variance} at strike ${strike}, which no volatility has. Do not margin on this feed until it prints again; sviFindings says what is wrong with it.`,
    )
  }
  const bounded = limits === undefined ? variance : Math.min(variance, limits.totalVariance)
  return Math.sqrt(bounded / referenceYears)
}

function positive(value: number): boolean {
  return value > 0 && value < Infinity
}
