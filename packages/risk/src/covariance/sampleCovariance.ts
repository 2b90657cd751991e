import { centred, checkObservations, type Observations } from './observations.js'
import { mirror } from './symmetric.js'

/** Whether the mean is taken as known to be 0. */
export type CovarianceOptions = {
  /** True: S = X'X/n about 0. False or absent: about the sample mean. */
  readonly assumeCentered?: boolean
}

/**
 * Sample covariance with 1/n (not 1/(n − 1)), [columns × columns], in squared units of the returns.
 *
 * @throws CovarianceError when the observations are malformed, not finite, or fewer than 2 (1 when
 * `assumeCentered`).
 *
 * @example
 * sampleCovariance(observationsOf([[0.01, 0.02], [-0.01, 0.04]])) // [1e-4, -1e-4, -1e-4, 1e-4]
 */
export function sampleCovariance(
  observations: Observations,
  options: CovarianceOptions = {},
): Float64Array {
  return secondMoment(deviationsOf(observations, options))
}

/** The observations about the mean that the options say, checked. */
export function deviationsOf(observations: Observations, options: CovarianceOptions): Observations {
  const { assumeCentered = false } = options
  checkObservations(observations, assumeCentered ? 1 : 2)
  return assumeCentered ? observations : centred(observations)
}

/** X'X/n, [columns × columns]. */
export function secondMoment({ values, rows, columns }: Observations): Float64Array {
  const moment = new Float64Array(columns * columns)
  for (let start = 0; start < values.length; start += columns) {
    for (let i = 0; i < columns; i++) {
      const x = values[start + i] ?? 0
      for (let j = i; j < columns; j++) {
        const at = i * columns + j
        moment[at] = (moment[at] ?? 0) + x * (values[start + j] ?? 0)
      }
    }
  }
  for (let at = 0; at < moment.length; at++) moment[at] = (moment[at] ?? 0) / rows
  mirror(moment, columns)
  return moment
}
