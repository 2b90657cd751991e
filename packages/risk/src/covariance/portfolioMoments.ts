import { CovarianceError } from './errors.js'
import { checkObservations, checkReturns, type Observations } from './observations.js'

/** Moments of a series of returns, all with 1/n. */
export type Moments = {
  readonly mean: number
  readonly standardDeviation: number
  /** Third standardised moment; null when all returns are equal. */
  readonly skewness: number | null
  /** Fourth standardised moment less 3; null when all returns are equal. */
  readonly excessKurtosis: number | null
}

/**
 * Biased (1/n) moments of a series of returns, as the Cornish-Fisher expansion takes them.
 *
 * @throws CovarianceError when there is no return or one is not finite.
 *
 * @example
 * momentsOf(Float64Array.of(0.01, 0.03)) // mean 0.02, standardDeviation 0.01, skewness 0, excessKurtosis −2
 */
export function momentsOf(returns: Float64Array): Moments {
  checkReturns(returns, 1)
  const first = returns[0] ?? 0
  let shift = 0
  // From the first return, so that the mean of equal returns is exact.
  for (const value of returns) shift += value - first
  const mean = first + shift / returns.length
  let second = 0
  let third = 0
  let fourth = 0
  for (const value of returns) {
    const deviation = value - mean
    const square = deviation * deviation
    second += square
    third += square * deviation
    fourth += square * square
  }
  const variance = second / returns.length
  const standardDeviation = Math.sqrt(variance)
  if (variance === 0) return { mean, standardDeviation, skewness: null, excessKurtosis: null }
  return {
    mean,
    standardDeviation,
    skewness: third / returns.length / (variance * standardDeviation),
    excessKurtosis: fourth / returns.length / (variance * variance) - 3,
  }
}

/**
 * Returns of a portfolio of fixed weights, Σⱼ wⱼ·rₜⱼ, [rows].
 *
 * @throws CovarianceError when the observations are malformed or not finite, or the weights do not fit.
 *
 * @example
 * portfolioReturns(observationsOf([[0.02, 0.04], [-0.02, 0]]), Float64Array.of(0.5, 0.5)) // [0.03, -0.01]
 */
export function portfolioReturns(observations: Observations, weights: Float64Array): Float64Array {
  checkObservations(observations, 1)
  checkWeights(weights, observations.columns)
  const { values, rows, columns } = observations
  const returns = new Float64Array(rows)
  for (let t = 0; t < rows; t++) {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += (weights[j] ?? 0) * (values[t * columns + j] ?? 0)
    returns[t] = sum
  }
  return returns
}

/**
 * Variance of a portfolio, w'Σw, in squared units of the weights times the returns. Rounding below 0
 * is 0. Allocates nothing and does not check the covariance's entries.
 *
 * @throws CovarianceError when the weights do not fit the covariance or one is not finite.
 *
 * @example
 * portfolioVariance(Float64Array.of(4, 3, 3, 9), Float64Array.of(1, -1)) // 7
 */
export function portfolioVariance(covariance: Float64Array, weights: Float64Array): number {
  const size = weights.length
  checkWeights(weights, Math.sqrt(covariance.length))
  let variance = 0
  for (let i = 0; i < size; i++) {
    let product = 0
    for (let j = 0; j < size; j++) product += (covariance[i * size + j] ?? 0) * (weights[j] ?? 0)
    variance += (weights[i] ?? 0) * product
  }
  return Math.max(0, variance)
}

function checkWeights(weights: Float64Array, factors: number): void {
  if (weights.length !== factors) {
    throw new CovarianceError(
      `${weights.length} weights do not fit ${factors} factors. Give one weight for each factor.`,
    )
  }
  const bad = weights.findIndex((weight) => !Number.isFinite(weight))
  if (bad >= 0) {
    throw new CovarianceError(`Weight ${bad} is ${weights[bad]}. Every weight must be finite.`)
  }
}
