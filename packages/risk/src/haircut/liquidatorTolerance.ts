import { checkFraction, checkNotNegative, checkPositive } from './checks.js'

/** Terms on which collateral is liquidated. */
export type LiquidationTerms = {
  /** Loan-to-value at which it becomes liquidatable, as a fraction. */
  readonly threshold: number
  /** Liquidation bonus: what the liquidator receives above what is repaid, 0.05 for 5 %. */
  readonly bonus: number
  /** Loss of the liquidator when selling what is seized, as a fraction of its value. */
  readonly slippage: number
}

/**
 * How far the collateral may fall between the instant it becomes liquidatable and its liquidation
 * before bad debt remains: Δ_max = 1 − LT·(1 + LB) − slippage, as a fraction. Negative where even an
 * immediate liquidation leaves bad debt.
 *
 * @example
 * liquidatorTolerance({ threshold: 0.83, bonus: 0.05, slippage: 0 }) // 0.1285
 *
 * @throws HaircutError when the threshold or the slippage is no fraction, or the bonus is negative.
 */
export function liquidatorTolerance({ threshold, bonus, slippage }: LiquidationTerms): number {
  checkFraction('liquidation threshold', threshold)
  checkNotNegative('liquidation bonus', bonus)
  checkFraction('slippage', slippage)
  return 1 - threshold * (1 + bonus) - slippage
}

/** A liquidation incentive that shrinks as the threshold nears 1. */
export type IncentiveTerms = {
  /** Loan-to-value at which a loan becomes liquidatable, as a fraction. */
  readonly threshold: number
  /** Share of the distance to 1 that the liquidator is given: 0.3. */
  readonly cursor: number
  /** Greatest factor: 1.15. */
  readonly maximum: number
}

/**
 * Liquidation incentive factor 1 + LB of isolated lending markets:
 * min(maximum, 1/(1 − cursor·(1 − LLTV))).
 *
 * @example
 * liquidationIncentiveFactor({ threshold: 0.77, cursor: 0.3, maximum: 1.15 }) // 1.0741138560687433
 *
 * @throws HaircutError when the threshold or cursor is no fraction, or the maximum not positive.
 */
export function liquidationIncentiveFactor(terms: IncentiveTerms): number {
  const { threshold, cursor, maximum } = terms
  checkFraction('liquidation threshold', threshold)
  checkFraction('cursor', cursor)
  checkPositive('greatest factor', maximum)
  return Math.min(maximum, 1 / (1 - cursor * (1 - threshold)))
}
