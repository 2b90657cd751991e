import { inverseNormalCdf } from '../pricing/inverseNormalCdf.js'
import { binomialCdf } from '../tail/distribution/binomial.js'
import { checkConfidence } from './checks.js'
import { ScoreError } from './errors.js'

/** Limits of a probability, in [0, 1]. */
export type ProbabilityInterval = { readonly lower: number; readonly upper: number }

const STEPS = 200

/**
 * Exact two-sided interval of a probability of which `hits` of `trials` independent paths were seen
 * (C. J. Clopper & E. S. Pearson, Biometrika 26 (1934) 404–413). It never claims certainty: without
 * a hit its upper limit at 95 % is 1 − 0.025^(1/n), about 3.7/n.
 *
 * The score takes `upper`. Without a hit, 36,887 paths are needed before it reaches 100.
 *
 * @example
 * clopperPearson(0, 1000).upper // 0.003682083896865…
 *
 * @param confidence of both sides together; 0.95 unless given
 * @throws ScoreError when the counts are not integers with 0 ≤ hits ≤ trials, trials ≥ 1, or the
 * confidence is not in (0, 1).
 */
export function clopperPearson(
  hits: number,
  trials: number,
  confidence = 0.95,
): ProbabilityInterval {
  checkConfidence(confidence)
  if (!(Number.isInteger(hits) && Number.isInteger(trials) && hits >= 0 && hits <= trials)) {
    throw new ScoreError(
      `${hits} of ${trials} paths are no counts. Give whole numbers, no more hits than paths.`,
    )
  }
  if (trials === 0) throw new ScoreError('No path was simulated. Simulate at least one.')
  const tail = (1 - confidence) / 2
  return {
    lower: hits === 0 ? 0 : inverseBinomial(hits - 1, trials, 1 - tail),
    upper: hits === trials ? 1 : inverseBinomial(hits, trials, tail),
  }
}

/** The p with P[X ≤ hits] = level for a binomial X of `trials` and p, by bisection; hits < trials. */
function inverseBinomial(hits: number, trials: number, level: number): number {
  const share = (hits + 0.5) / trials
  const z = inverseNormalCdf(level)
  const spread = Math.abs(z) * Math.sqrt(share / trials) + (z * z) / trials
  // P[X ≤ hits] falls in p, from 1 to 0.
  let low = Math.max(0, share - 2 * spread)
  let high = Math.min(1, share + 2 * spread)
  while (low > 0 && binomialCdf(hits, trials, low) <= level) low = low < 1e-12 ? 0 : low / 2
  while (high < 1 && binomialCdf(hits, trials, high) > level) high = Math.min(1, 2 * high)
  for (let step = 0; step < STEPS && high - low > Number.EPSILON * high; step++) {
    const middle = low + (high - low) / 2
    if (binomialCdf(hits, trials, middle) > level) low = middle
    else high = middle
  }
  return high
}
