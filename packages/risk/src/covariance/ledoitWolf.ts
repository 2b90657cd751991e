import type { Observations } from './observations.js'
import { type CovarianceOptions, deviationsOf, secondMoment } from './sampleCovariance.js'
import {
  meanVariance,
  type ShrunkCovariance,
  shrink,
  squaredDistanceFromTarget,
} from './shrinkage.js'

/**
 * Covariance shrunk towards a scaled identity by the least expected squared error: O. Ledoit &
 * M. Wolf, A well-conditioned estimator for large-dimensional covariance matrices, J. Multivariate
 * Analysis 88 (2004), 365–411. With S = X'X/n and μ = tr S/p: β = n⁻²·Σₜ‖xₜxₜ' − S‖², δ = ‖S − μI‖²,
 * s = min(β, δ)/δ, and 0 where S is its own target.
 *
 * @throws CovarianceError as {@link sampleCovariance}.
 *
 * @example
 * ledoitWolf(observationsOf([[0.01, 0.02], [-0.02, -0.01], [0.03, 0.02]])).shrinkage // in [0, 1]
 */
export function ledoitWolf(
  observations: Observations,
  options: CovarianceOptions = {},
): ShrunkCovariance {
  const deviations = deviationsOf(observations, options)
  const { columns } = deviations
  const sample = secondMoment(deviations)
  const target = meanVariance(sample, columns)
  const distance = squaredDistanceFromTarget(sample, columns, target)
  const error = squaredSamplingError(deviations, sample)
  return shrink(sample, columns, target, distance === 0 ? 0 : Math.min(error, distance) / distance)
}

/** β = n⁻²·Σₜ‖xₜxₜ' − S‖²: the squared error that sampling leaves in S. */
function squaredSamplingError(
  { values, rows, columns }: Observations,
  sample: Float64Array,
): number {
  let sum = 0
  for (let start = 0; start < values.length; start += columns) {
    for (let i = 0; i < columns; i++) {
      const x = values[start + i] ?? 0
      for (let j = 0; j < columns; j++) {
        const difference = x * (values[start + j] ?? 0) - (sample[i * columns + j] ?? 0)
        sum += difference * difference
      }
    }
  }
  return sum / (rows * rows)
}
