import type { Observations } from './observations.js'
import { type CovarianceOptions, deviationsOf, secondMoment } from './sampleCovariance.js'
import {
  meanVariance,
  type ShrunkCovariance,
  shrink,
  squaredDistanceFromTarget,
} from './shrinkage.js'

/**
 * Covariance shrunk towards a scaled identity as if returns were normal: Y. Chen, A. Wiesel,
 * Y. C. Eldar & A. O. Hero, Shrinkage algorithms for MMSE covariance estimation, IEEE Trans. Signal
 * Processing 58 (2010), 5016–5029, equation 23 without its terms 2/p, as scikit-learn has it:
 * s = (‖S‖²/p² + μ²) / ((n + 1)·‖S − μI‖²/p²), at most 1. Fat tails, which
 * make the sample noisier than the normal law says, move {@link ledoitWolf} alone.
 *
 * @throws CovarianceError as {@link sampleCovariance}.
 *
 * @example
 * oracleApproximatingShrinkage(observationsOf([[0.01, 0.02], [-0.02, -0.01], [0.03, 0.02]])).shrinkage // in [0, 1]
 */
export function oracleApproximatingShrinkage(
  observations: Observations,
  options: CovarianceOptions = {},
): ShrunkCovariance {
  const deviations = deviationsOf(observations, options)
  const { rows, columns } = deviations
  const sample = secondMoment(deviations)
  const target = meanVariance(sample, columns)
  const distance = squaredDistanceFromTarget(sample, columns, target)
  // ‖S‖² = ‖S − μI‖² + p·μ², so the numerator times p² is this.
  const numerator = distance + columns * (columns + 1) * target * target
  const denominator = (rows + 1) * distance
  return shrink(sample, columns, target, numerator < denominator ? numerator / denominator : 1)
}
