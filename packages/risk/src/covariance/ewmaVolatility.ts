import { CovarianceError } from './errors.js'
import { checkReturns } from './observations.js'
import { checkFirstVariance, meanSquare, varianceRecursionInto } from './varianceRecursion.js'

/** λ of daily returns in RiskMetrics. */
export const RISKMETRICS_LAMBDA = 0.94

/** How fast an exponentially weighted average forgets, and where it starts. */
export type EwmaParameters = {
  /** λ in (0, 1): the weight that yesterday's variance keeps. */
  readonly lambda: number
  /** Variance before the first return; absent: the mean square of the returns. */
  readonly seedVariance?: number
}

/** Volatilities of an EWMA filter, per observation interval, as fractions. */
export type EwmaVolatility = {
  /** Forecast made before the first return: √seed. */
  readonly first: number
  /** Forecast made before the last return. */
  readonly last: number
  /** Forecast made after the last return: today's volatility. */
  readonly next: number
}

/**
 * Exponentially weighted volatility about a zero mean: σ²ₜ₊₁ = λ·σ²ₜ + (1 − λ)·r²ₜ, seeded with the
 * mean square of the sample (J.P. Morgan/Reuters, RiskMetrics Technical Document, 1996, §5.2). Other
 * seeds, such as the first square, give other numbers on short histories.
 *
 * @throws CovarianceError when there is no return, a return is not finite, λ is not in (0, 1), or a
 * given seed is not a variance.
 *
 * @example
 * ewmaVolatility(Float64Array.of(0.02, -0.02), { lambda: 0.94 }).next // 0.02
 */
export function ewmaVolatility(returns: Float64Array, parameters: EwmaParameters): EwmaVolatility {
  const variances = new Float64Array(returns.length)
  const next = ewmaVariancesInto(variances, returns, parameters)
  return {
    first: Math.sqrt(variances[0] ?? 0),
    last: Math.sqrt(variances[variances.length - 1] ?? 0),
    next: Math.sqrt(next),
  }
}

/**
 * Writes σ²ₜ, the variance that {@link ewmaVolatility} forecasts before each return, and gives the
 * one made after the last. Allocates no array.
 *
 * @throws CovarianceError as {@link ewmaVolatility}, or when `variances` has another length.
 *
 * @example
 * const variances = new Float64Array(2)
 * ewmaVariancesInto(variances, Float64Array.of(0.02, -0.02), { lambda: 0.94 }) // 4e-4
 */
export function ewmaVariancesInto(
  variances: Float64Array,
  returns: Float64Array,
  parameters: EwmaParameters,
): number {
  checkReturns(returns, 1)
  const { lambda, seedVariance = meanSquare(returns, 0) } = parameters
  checkLambda(lambda)
  checkFirstVariance(seedVariance)
  const recursion = { mean: 0, omega: 0, alpha: 1 - lambda, beta: lambda, first: seedVariance }
  return varianceRecursionInto(variances, returns, recursion)
}

/** @throws CovarianceError unless λ is in (0, 1). */
export function checkLambda(lambda: number): void {
  if (!(lambda > 0 && lambda < 1)) {
    throw new CovarianceError(
      `λ is ${lambda}. Give the weight of yesterday's variance between 0 and 1; daily returns take ${RISKMETRICS_LAMBDA}.`,
    )
  }
}
