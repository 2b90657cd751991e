import { CovarianceError } from './errors.js'
import { checkLambda } from './ewmaVolatility.js'
import { checkObservations, type Observations } from './observations.js'
import { secondMoment } from './sampleCovariance.js'

/** How fast an exponentially weighted covariance forgets. */
export type EwmaCovarianceParameters = {
  /** λ in (0, 1): the weight that yesterday's covariance keeps. */
  readonly lambda: number
}

/**
 * Exponentially weighted covariance after the last observation, about a zero mean, [columns ×
 * columns]: Σₜ₊₁ = λ·Σₜ + (1 − λ)·rₜrₜ', seeded with X'X/n (RiskMetrics, 1996, §5.2). With one λ for
 * all factors it is positive semidefinite, and each diagonal entry is the factor's own EWMA variance.
 *
 * @throws CovarianceError when there is no observation, one is malformed or not finite, or λ is not
 * in (0, 1).
 *
 * @example
 * ewmaCovariance(observationsOf([[0.01, 0.02], [0.01, 0.02]]), { lambda: 0.94 }) // [1e-4, 2e-4, 2e-4, 4e-4]
 */
export function ewmaCovariance(
  observations: Observations,
  { lambda }: EwmaCovarianceParameters,
): Float64Array {
  checkObservations(observations, 1)
  checkLambda(lambda)
  const { values, columns } = observations
  const covariance = secondMoment(observations)
  for (let start = 0; start < values.length; start += columns) {
    update(covariance, values, start, columns, lambda)
  }
  return covariance
}

/**
 * Moves an EWMA covariance on by one observation, in place: Σ ← λ·Σ + (1 − λ)·rr'. Allocates nothing:
 * this is the step of each tick.
 *
 * @throws CovarianceError when the shapes differ or λ is not in (0, 1); returns are not checked.
 *
 * @example
 * const covariance = Float64Array.of(4e-4)
 * updateEwmaCovariance(covariance, Float64Array.of(0.02), { lambda: 0.94 }) // stays 4e-4
 */
export function updateEwmaCovariance(
  covariance: Float64Array,
  returns: Float64Array,
  { lambda }: EwmaCovarianceParameters,
): void {
  if (covariance.length !== returns.length * returns.length) {
    throw new CovarianceError(
      `A covariance of ${covariance.length} entries does not belong to ${returns.length} returns. Give n returns and n × n entries.`,
    )
  }
  checkLambda(lambda)
  update(covariance, returns, 0, returns.length, lambda)
}

function update(
  covariance: Float64Array,
  values: Float64Array,
  start: number,
  columns: number,
  lambda: number,
): void {
  for (let i = 0; i < columns; i++) {
    const x = values[start + i] ?? 0
    for (let j = 0; j < columns; j++) {
      const at = i * columns + j
      const product = x * (values[start + j] ?? 0)
      covariance[at] = lambda * (covariance[at] ?? 0) + (1 - lambda) * product
    }
  }
}
