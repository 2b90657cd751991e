import { symmetricSize } from '../covariance/symmetric.js'
import { checkLength, checkSeries } from './checks.js'
import { TailError } from './errors.js'
import type { Tail } from './historical.js'
import { unitVarianceMultipliers } from './parametric.js'

/** Holdings whose P&L is linear in jointly normal or Student-t returns. */
export type LinearPortfolio = {
  /** Value held of each factor, signed, in money (or as shares of the portfolio): [factors]. */
  readonly exposures: Float64Array
  /** Covariance of the returns over the horizon, not the scale matrix: [factors × factors], row-major. */
  readonly covariance: Float64Array
  /** Mean returns over the horizon, [factors]; absent: 0. */
  readonly mean?: Float64Array
  /** Degrees of freedom above 2 of the multivariate Student-t; absent or Infinity: normal. */
  readonly degreesOfFreedom?: number
}

/** Tail of a {@link LinearPortfolio} with what each exposure adds to it, all in its unit. */
export type LinearTail = Tail & {
  readonly standardDeviation: number
  /** Euler contributions of each exposure, which add up to `valueAtRisk`: [factors]. */
  readonly valueAtRiskContributions: Float64Array
  /** Euler contributions of each exposure, which add up to `expectedShortfall`: [factors]. */
  readonly expectedShortfallContributions: Float64Array
}

/**
 * Value at risk and expected shortfall of a linear portfolio of an elliptical law, exact, with Euler
 * contributions −wᵢμᵢ + k·wᵢ(Σw)ᵢ/σ, k the multiplier of variance 1. (A. J. McNeil, R. Frey and
 * P. Embrechts, "Quantitative Risk Management", 2nd ed., sections 6.3 and 8.5.)
 *
 * @throws LevelError when the level is not in (0, 1); TailError when shapes differ, a number is not
 * finite, ν ≤ 2 or the variance of the portfolio is negative; CovarianceError when the covariance is
 * not a symmetric matrix.
 *
 * @example
 * linearPortfolioTail(
 *   { exposures: Float64Array.of(100, -50), covariance: Float64Array.of(0.0018, 0.00105, 0.00105, 0.0012) },
 *   0.975,
 * ).expectedShortfall // 7.575346850135624
 */
export function linearPortfolioTail(portfolio: LinearPortfolio, level: number): LinearTail {
  const { exposures, covariance, degreesOfFreedom = Infinity } = portfolio
  const mean = portfolio.mean ?? new Float64Array(exposures.length)
  checkSeries('The list of exposures', exposures, 1)
  checkSeries('The list of mean returns', mean, 1)
  checkLength('The list of mean returns', mean.length, exposures.length)
  checkLength('The side of the covariance', symmetricSize(covariance), exposures.length)
  const multipliers = unitVarianceMultipliers(level, degreesOfFreedom)
  const shares = varianceShares(exposures, covariance)
  const standardDeviation = Math.sqrt(portfolioVariance(shares))
  const contributions = (multiplier: number): Float64Array =>
    exposures.map((exposure, i) => {
      const spread = standardDeviation > 0 ? (shares[i] ?? NaN) / standardDeviation : 0
      return -exposure * (mean[i] ?? NaN) + multiplier * spread
    })
  const drift = exposures.reduce((sum, exposure, i) => sum + exposure * (mean[i] ?? NaN), 0)
  return {
    standardDeviation,
    valueAtRisk: -drift + multipliers.valueAtRisk * standardDeviation,
    expectedShortfall: -drift + multipliers.expectedShortfall * standardDeviation,
    valueAtRiskContributions: contributions(multipliers.valueAtRisk),
    expectedShortfallContributions: contributions(multipliers.expectedShortfall),
  }
}

/** wᵢ(Σw)ᵢ: each exposure's part of the variance. */
function varianceShares(exposures: Float64Array, covariance: Float64Array): Float64Array {
  const size = exposures.length
  return exposures.map((exposure, i) => {
    let sum = 0
    for (let j = 0; j < size; j++) sum += (covariance[i * size + j] ?? NaN) * (exposures[j] ?? NaN)
    return exposure * sum
  })
}

function portfolioVariance(shares: Float64Array): number {
  let variance = 0
  let gross = 0
  for (const share of shares) {
    variance += share
    gross += Math.abs(share)
  }
  if (variance < -1e-12 * gross) {
    throw new TailError(
      `The covariance gives the portfolio a variance of ${variance}. Take the nearest positive semidefinite matrix first.`,
    )
  }
  return Math.max(0, variance)
}
