import { checkConfidence } from './checks.js'
import { ScoreError } from './errors.js'
import { gammaUpperQuantile } from './gammaQuantile.js'

/** What paths drawn by importance sampling say of a probability. */
export type WeightedPaths = {
  /** Likelihood ratios of the paths that were liquidated. */
  readonly weights: ArrayLike<number>
  /** Paths that were simulated, liquidated or not. */
  readonly trials: number
  /**
   * A weight that no path exceeds. A mixture that draws a share s of its paths from the model itself
   * has 1/s; weights that are probabilities, at most 1.
   */
  readonly maximumWeight: number
}

/**
 * Upper limit of the two-sided interval of a probability that is estimated by Σ weights ÷ trials.
 *
 * The gamma interval for weighted counts (M. P. Fay & E. J. Feuer, Statist. Med. 16 (1997) 791–801):
 * with y the estimate, v = Σ w²/n² and w the greatest weight ÷ n, the quantile of a gamma variable of
 * mean y + w and variance v + w². Equal weights give the exact limit of a Poisson count, and no
 * hit at all gives 3.69·w at 95 %: never certainty.
 *
 * @example
 * weightedUpperLimit({ weights: [], trials: 100_000, maximumWeight: 2 }) // 0.0000737775890822787
 *
 * @param confidence of both sides together; 0.95 unless given
 * @throws ScoreError when there are more weights than paths, a weight is negative or above the
 * maximum, or the confidence is not in (0, 1).
 */
export function weightedUpperLimit(paths: WeightedPaths, confidence = 0.95): number {
  const { mean, variance } = momentsOf(paths, confidence)
  const greatest = paths.maximumWeight / paths.trials
  const scale = (variance + greatest * greatest) / (mean + greatest)
  return Math.min(1, scale * gammaUpperQuantile((mean + greatest) / scale, (1 - confidence) / 2))
}

/**
 * Lower limit of the same interval: the quantile of a gamma variable of mean y and variance v; 0
 * without a hit.
 *
 * @example
 * weightedLowerLimit({ weights: [], trials: 100_000, maximumWeight: 2 }) // 0
 *
 * @param confidence of both sides together; 0.95 unless given
 * @throws ScoreError as {@link weightedUpperLimit}.
 */
export function weightedLowerLimit(paths: WeightedPaths, confidence = 0.95): number {
  const { mean, variance } = momentsOf(paths, confidence)
  if (mean === 0) return 0
  const scale = variance / mean
  return scale * gammaUpperQuantile(mean / scale, (1 + confidence) / 2)
}

/** y = Σ w ÷ n and v = Σ w² ÷ n². */
function momentsOf(
  { weights, trials, maximumWeight }: WeightedPaths,
  confidence: number,
): { readonly mean: number; readonly variance: number } {
  checkConfidence(confidence)
  if (!(Number.isInteger(trials) && trials >= 1 && weights.length <= trials)) {
    throw new ScoreError(
      `${weights.length} liquidated paths of ${trials} are no counts. Give whole numbers, at least one path, and no more weights than paths.`,
    )
  }
  if (!(maximumWeight > 0 && maximumWeight < Infinity)) {
    throw new ScoreError(
      `The greatest weight is ${maximumWeight}. Draw a share s of the paths from the model itself and give 1/s.`,
    )
  }
  let mean = 0
  let variance = 0
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? NaN
    if (!(weight >= 0 && weight <= maximumWeight)) {
      throw new ScoreError(
        `Weight ${index} is ${weight}, beyond 0 to ${maximumWeight}. Give likelihood ratios and the bound that holds for all of them.`,
      )
    }
    mean += weight / trials
    variance += (weight / trials) * (weight / trials)
  }
  return { mean, variance }
}
