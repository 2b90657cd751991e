import { CovarianceError } from './errors.js'
import { mirror, symmetricSize } from './symmetric.js'

/** A covariance taken apart. */
export type CorrelationAndVolatilities = {
  /** ρ with an exact unit diagonal, [n × n], row-major. */
  readonly correlation: Float64Array
  /** Square roots of the variances, [n]. */
  readonly volatilities: Float64Array
}

/** By how much rounding may put a correlation beyond ±1, or a diagonal off 1. */
const ROUNDING = 1e-12

/**
 * Correlation and volatilities of a covariance: ρᵢⱼ = Σᵢⱼ/(σᵢσⱼ).
 *
 * @throws CovarianceError when the matrix is malformed, a variance is not positive, or |Σᵢⱼ| is above
 * σᵢσⱼ.
 *
 * @example
 * correlationOf(Float64Array.of(4, 3, 3, 9)) // { correlation: [1, 0.5, 0.5, 1], volatilities: [2, 3] }
 */
export function correlationOf(covariance: Float64Array): CorrelationAndVolatilities {
  const size = symmetricSize(covariance)
  const volatilities = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const variance = covariance[i * size + i] ?? 0
    if (!(variance > 0)) {
      throw new CovarianceError(
        `Factor ${i} has the variance ${variance}: its correlations are undefined. Leave a factor that does not move out, or floor its volatility first.`,
      )
    }
    volatilities[i] = Math.sqrt(variance)
  }
  const correlation = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    correlation[i * size + i] = 1
    for (let j = i + 1; j < size; j++) {
      const scale = (volatilities[i] ?? 0) * (volatilities[j] ?? 0)
      const entry = (covariance[i * size + j] ?? 0) / scale
      checkEntry(entry, i, j)
      correlation[i * size + j] = Math.max(-1, Math.min(1, entry))
    }
  }
  mirror(correlation, size)
  return { correlation, volatilities }
}

/**
 * Covariance of a correlation and volatilities: Σᵢⱼ = ρᵢⱼσᵢσⱼ, [n × n], row-major.
 *
 * @throws CovarianceError when the correlation is malformed, a volatility is negative or not finite,
 * or their numbers differ.
 *
 * @example
 * covarianceOf(Float64Array.of(1, 0.5, 0.5, 1), Float64Array.of(2, 3)) // [4, 3, 3, 9]
 */
export function covarianceOf(correlation: Float64Array, volatilities: Float64Array): Float64Array {
  const size = checkCorrelation(correlation)
  if (volatilities.length !== size) {
    throw new CovarianceError(
      `${volatilities.length} volatilities do not fit a correlation of ${size} factors. Give one for each.`,
    )
  }
  const bad = volatilities.findIndex((value) => !(value >= 0 && value < Infinity))
  if (bad >= 0) {
    throw new CovarianceError(
      `Volatility ${bad} is ${volatilities[bad]}. Give finite volatilities of at least 0.`,
    )
  }
  const covariance = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const scale = (volatilities[i] ?? 0) * (volatilities[j] ?? 0)
      covariance[i * size + j] = (correlation[i * size + j] ?? 0) * scale
    }
  }
  mirror(covariance, size)
  return covariance
}

/**
 * Number of factors of a matrix with the form of a correlation; whether it is positive semidefinite
 * is for {@link nearestCorrelation} to say.
 *
 * @throws CovarianceError when the matrix is malformed, its diagonal is not 1, or an entry is beyond ±1.
 */
export function checkCorrelation(correlation: Float64Array): number {
  const size = symmetricSize(correlation)
  for (let i = 0; i < size; i++) {
    const diagonal = correlation[i * size + i] ?? 0
    if (Math.abs(diagonal - 1) > ROUNDING) {
      throw new CovarianceError(
        `Entry (${i}, ${i}) of the correlation is ${diagonal}, not 1. Give a correlation, or take it from a covariance with correlationOf.`,
      )
    }
    for (let j = i + 1; j < size; j++) checkEntry(correlation[i * size + j] ?? 0, i, j)
  }
  return size
}

function checkEntry(entry: number, i: number, j: number): void {
  if (Math.abs(entry) > 1 + ROUNDING) {
    throw new CovarianceError(
      `The correlation of factors ${i} and ${j} is ${entry}, beyond ±1. The matrix is no covariance; nearestCorrelation repairs a correlation.`,
    )
  }
}
