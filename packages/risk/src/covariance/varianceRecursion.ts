import { CovarianceError } from './errors.js'

/** sₜ₊₁ = omega + alpha·(rₜ − mean)² + beta·sₜ, from s₁ = first. */
type VarianceRecursion = {
  readonly mean: number
  readonly omega: number
  readonly alpha: number
  readonly beta: number
  readonly first: number
}

/**
 * Writes the variance forecast made before each return and gives the one made after the last.
 * Allocates no array.
 *
 * @throws CovarianceError when `variances` is not as long as the returns.
 */
export function varianceRecursionInto(
  variances: Float64Array,
  returns: Float64Array,
  { mean, omega, alpha, beta, first }: VarianceRecursion,
): number {
  if (variances.length !== returns.length) {
    throw new CovarianceError(
      `${variances.length} places do not hold the variances of ${returns.length} returns. Give an array of the same length.`,
    )
  }
  let variance = first
  for (let t = 0; t < returns.length; t++) {
    variances[t] = variance
    const deviation = (returns[t] ?? 0) - mean
    variance = omega + alpha * deviation * deviation + beta * variance
  }
  return variance
}

/** Mean of (r − mean)²: the seed of both filters. */
export function meanSquare(returns: Float64Array, mean: number): number {
  let sum = 0
  for (const value of returns) sum += (value - mean) * (value - mean)
  return sum / returns.length
}

/** @throws CovarianceError unless a given first variance is finite and not negative. */
export function checkFirstVariance(variance: number): void {
  if (!(variance >= 0 && variance < Infinity)) {
    throw new CovarianceError(
      `The first variance is ${variance}. Give a finite variance of at least 0, or none for the mean square of the returns.`,
    )
  }
}
