import { checkCorrelation } from './correlation.js'
import { CovarianceError } from './errors.js'
import { nearestCorrelation } from './nearestCorrelation.js'
import { frobeniusDistance, mirror } from './symmetric.js'

/** A move of a correlation towards a worse one. */
export type CorrelationStress = {
  /** T: the correlation to move towards, such as {@link extremeCorrelation}. */
  readonly target: Float64Array
  /** s in [0, 1]: how far to move; 0 changes nothing, 1 takes the target. */
  readonly weight: number
}

/** A stressed correlation and how far it lies from the one it came from. */
export type StressedCorrelation = {
  /** ρ', [n × n], row-major: symmetric, unit diagonal, positive semidefinite to rounding. */
  readonly correlation: Float64Array
  /** Frobenius norm of ρ' − ρ. */
  readonly distance: number
  /** True when the mix was positive semidefinite by itself, so that nothing was projected. */
  readonly mixIsPositiveSemidefinite: boolean
}

/**
 * Correlation stress: ρ' = (1 − s)·ρ + s·T, replaced by the nearest correlation where that is not
 * positive semidefinite. Between two correlations it always is, since correlations form a convex set.
 *
 * @throws CovarianceError when ρ or T has not the form of a correlation, their sizes differ, or the
 * weight is not in [0, 1].
 * @throws ConvergenceError as {@link nearestCorrelation}.
 *
 * @example
 * const target = extremeCorrelation([1, 1])
 * stressCorrelation(Float64Array.of(1, 0.5, 0.5, 1), { target, weight: 0.5 }).correlation // [1, 0.75, 0.75, 1]
 */
export function stressCorrelation(
  correlation: Float64Array,
  { target, weight }: CorrelationStress,
): StressedCorrelation {
  const size = checkCorrelation(correlation)
  const targetSize = checkCorrelation(target)
  if (targetSize !== size) {
    throw new CovarianceError(
      `The target correlates ${targetSize} factors, the correlation ${size}. Give both in the same order of the same factors.`,
    )
  }
  if (!(weight >= 0 && weight <= 1)) {
    throw new CovarianceError(
      `The weight of the target is ${weight}. Give a weight in [0, 1]: 0 keeps the correlation, 1 takes the target.`,
    )
  }
  const mix = correlation.map((entry, at) => (1 - weight) * entry + weight * (target[at] ?? 0))
  for (let i = 0; i < size; i++) mix[i * size + i] = 1
  mirror(mix, size)
  const nearest = nearestCorrelation(mix)
  return {
    correlation: nearest.correlation,
    distance: frobeniusDistance(nearest.correlation, correlation),
    mixIsPositiveSemidefinite: nearest.iterations === 0,
  }
}

/**
 * The correlation of factors that all move as one: Tᵢⱼ = dᵢ·dⱼ, with direction 1 for those that rise
 * together and −1 for those that fall meanwhile. All 1 is "everything falls together".
 *
 * @throws CovarianceError when there is no direction.
 *
 * @example
 * extremeCorrelation([1, 1, -1]) // [1, 1, -1, 1, 1, -1, -1, -1, 1]
 */
export function extremeCorrelation(directions: readonly (1 | -1)[]): Float64Array {
  if (directions.length === 0) {
    throw new CovarianceError('There is no direction. Give one of 1 or −1 for each factor.')
  }
  return Float64Array.from(
    directions.flatMap((first) => directions.map((second) => first * second)),
  )
}
