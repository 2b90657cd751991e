import { exp } from '../pricing/exp.js'
import { checkNotNegative } from './checks.js'

/** What a volatility haircut depends on. */
export type VolatilityHaircutInputs = {
  /**
   * Quantile of the return in standard deviations, positive, of a law of unit variance: for
   * Student-t already times √((ν − 2)/ν).
   */
  readonly quantile: number
  /** Standard deviation of a day's log return, as a fraction: 0.05 for 5 %. */
  readonly dailyVolatility: number
  /** Days until the collateral is sold. */
  readonly holdingDays: number
}

/**
 * Haircut for what a price may lose while the collateral is sold, as a fraction of the price:
 * h = 1 − e^(−q·σ·√τ). In [0, 1], and never falling in any of its three inputs.
 *
 * @example
 * // 99 % of a Student-t with four degrees of freedom
 * volatilityHaircut({ quantile: 2.649491906789312, dailyVolatility: 0.05045, holdingDays: 2 })
 * // 0.17224122014888552
 *
 * @throws HaircutError when an input is negative or not finite.
 */
export function volatilityHaircut(inputs: VolatilityHaircutInputs): number {
  const { quantile, dailyVolatility, holdingDays } = inputs
  checkNotNegative('quantile', quantile)
  checkNotNegative('daily volatility', dailyVolatility)
  checkNotNegative('holding period in days', holdingDays)
  return Math.max(0, 1 - exp(-quantile * dailyVolatility * Math.sqrt(holdingDays)))
}
