import { checkFinite, checkNotNegative } from './checks.js'
import type { Tail } from './historical.js'

/** What it costs to close a position, as fractions of its value. */
export type SpreadCost = {
  /** Value that is closed, in the unit of the tail. */
  readonly value: number
  /** Mean relative spread between buying and selling at that size: 0.001 for 0.1 %. */
  readonly meanSpread: number
  /** Standard deviation of the relative spread. */
  readonly spreadDeviation: number
  /** How many deviations wider the spread is taken to be in the tail. */
  readonly multiplier: number
}

/** A {@link Tail} with the cost of closing on top. */
export type LiquidityAdjustedTail = Tail & {
  /** What both measures grew by, in their unit. */
  readonly liquidityCost: number
}

/**
 * Liquidity-adjusted value at risk and expected shortfall: each plus half of the stressed spread,
 * ½·value·(mean + k·deviation), as if the worst spread came together with the worst price. (A. Bangia,
 * F. X. Diebold, T. Schuermann and J. D. Stroughair, "Modeling liquidity risk", 1999.) The spread is
 * exogenous: for what a sale moves by itself, take the haircut from a depth curve.
 *
 * @throws TailError when the tail is not finite or a number of the cost is negative or not finite.
 *
 * @example
 * liquidityAdjustedTail(
 *   { valueAtRisk: 100, expectedShortfall: 130 },
 *   { value: 1000, meanSpread: 0.002, spreadDeviation: 0.001, multiplier: 3 },
 * ) // { valueAtRisk: 102.5, expectedShortfall: 132.5, liquidityCost: 2.5 }
 */
export function liquidityAdjustedTail(tail: Tail, cost: SpreadCost): LiquidityAdjustedTail {
  const { value, meanSpread, spreadDeviation, multiplier } = cost
  checkFinite('value at risk', tail.valueAtRisk)
  checkFinite('expected shortfall', tail.expectedShortfall)
  checkNotNegative('value that is closed', value)
  checkNotNegative('mean spread', meanSpread)
  checkNotNegative('deviation of the spread', spreadDeviation)
  checkNotNegative('multiplier of the deviation', multiplier)
  const liquidityCost = 0.5 * value * (meanSpread + multiplier * spreadDeviation)
  return {
    valueAtRisk: tail.valueAtRisk + liquidityCost,
    expectedShortfall: tail.expectedShortfall + liquidityCost,
    liquidityCost,
  }
}
