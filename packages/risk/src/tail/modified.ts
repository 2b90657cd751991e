import { momentsOf } from '../covariance/portfolioMoments.js'
import { inverseNormalCdf } from '../pricing/inverseNormalCdf.js'
import { normalDensity } from '../pricing/normalCdf.js'
import { TooFewObservationsError } from './errors.js'
import type { HistoricalTail, Tail } from './historical.js'
import { historicalTail } from './historical.js'
import { ellipticalTail } from './parametric.js'

/** A Cornish-Fisher tail, labelled, and never without the tails that it must be compared with. */
export type ModifiedTail = Tail & {
  readonly method: 'cornish-fisher'
  /** The quantile of the losses in standard deviations that stands in for z. */
  readonly quantile: number
  /**
   * Whether the expansion is increasing for these moments, so that it is a distribution at all. When
   * false the numbers are meaningless; when true they may still be wrong, as in a book of short gamma.
   */
  readonly isMonotone: boolean
  /** The same losses, counted. */
  readonly historical: HistoricalTail
  /** The same mean and standard deviation, normal. */
  readonly gaussian: Tail
}

/**
 * The quantile of a distribution with the given moments by the expansion of E. A. Cornish and
 * R. A. Fisher (1937): z + (z² − 1)S/6 + (z³ − 3z)K/24 − (2z³ − 5z)S²/36.
 *
 * @param z quantile of the standard normal distribution, of the same side
 *
 * @example
 * cornishFisherQuantile(-1.6448536269514729, -0.5, 1) // -1.762105822452518
 */
export function cornishFisherQuantile(z: number, skewness: number, excessKurtosis: number): number {
  const square = z * z
  return (
    z +
    ((square - 1) * skewness) / 6 +
    (z * (square - 3) * excessKurtosis) / 24 -
    (z * (2 * square - 5) * skewness * skewness) / 36
  )
}

/**
 * Modified value at risk and expected shortfall: the normal ones corrected by sample skewness and
 * kurtosis (biased, 1/n). For comparison with other programs only; nothing in this package rests on
 * it. VaR by the Cornish-Fisher quantile h, ES by the Edgeworth density beyond h: K. Boudt,
 * B. Peterson and C. Croux, J. Risk 11 (2008) 79–103; monotone where D. Maillard (2012) says.
 *
 * @param losses positive where money is lost, in any order
 *
 * @throws TooFewObservationsError with fewer than 2 losses; TailError when one is not finite;
 * LevelError when the level is not in (0, 1).
 *
 * @example
 * const { valueAtRisk, historical, isMonotone } = modifiedTail(losses, 0.99)
 */
export function modifiedTail(losses: Float64Array, level: number): ModifiedTail {
  const historical = historicalTail(losses, level)
  if (losses.length < 2)
    throw new TooFewObservationsError('The history of losses', losses.length, 2)
  const moments = momentsOf(losses)
  const { mean, standardDeviation } = moments
  // Equal losses have no shape, and nothing to correct.
  const skewness = moments.skewness ?? 0
  const excessKurtosis = moments.excessKurtosis ?? 0
  const tail = 1 - level
  const h = cornishFisherQuantile(-inverseNormalCdf(tail), skewness, excessKurtosis)
  // −∫ x·Heₙ(x)φ(x)dx beyond h is (Heₙ(h) + n·Heₙ₋₂(h))·φ(h), of each term of the Edgeworth series.
  const square = h * h
  const beyond =
    1 +
    (skewness * h * square) / 6 +
    (excessKurtosis * (square * (square - 2) - 1)) / 24 +
    (skewness * skewness * (square * (square * (square - 9) + 9) + 3)) / 72
  return {
    method: 'cornish-fisher',
    quantile: h,
    isMonotone: isIncreasing(skewness, excessKurtosis),
    valueAtRisk: mean + standardDeviation * h,
    expectedShortfall: mean + (standardDeviation * normalDensity(h) * beyond) / tail,
    historical,
    gaussian: ellipticalTail({ mean: -mean, standardDeviation }, level),
  }
}

/** Whether the derivative of the expansion, a quadratic in z, is nowhere negative. */
function isIncreasing(skewness: number, excessKurtosis: number): boolean {
  const square = skewness * skewness
  const a = excessKurtosis / 8 - square / 6
  const b = skewness / 3
  const c = 1 - excessKurtosis / 8 + (5 * square) / 36
  // With a ≥ 0 this leaves no c < 0.
  return a >= 0 && b * b <= 4 * a * c
}
