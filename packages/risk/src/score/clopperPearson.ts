import { leastWhere } from '../leastWhere.js'
import { binomialCdf } from '../tail/distribution/binomial.js'
import { checkConfidence } from './checks.js'
import { ScoreError } from './errors.js'

/** Limits of a probability, in [0, 1]. */
export type ProbabilityInterval = { readonly lower: number; readonly upper: number }

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
    upper: inverseBinomial(hits, trials, tail),
  }
}

/** The p with P[X ≤ hits] = level for a binomial X of `trials` and p; 1 where every trial is a hit. */
function inverseBinomial(hits: number, trials: number, level: number): number {
  // P[X ≤ hits] falls in p, from 1 to 0.
  return leastWhere(0, 1, (p) => binomialCdf(hits, trials, p) <= level)
}
