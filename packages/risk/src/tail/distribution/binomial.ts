import { exp } from '../../pricing/exp.js'
import { checkCount } from '../checks.js'
import { TailError } from '../errors.js'
import { logOnePlus } from './logOnePlus.js'

const LARGE = 1e200
const LOG_LARGE = 460.51701859880916

/**
 * P[X ≤ hits] of a binomial X: the sum of its terms by their ratio, kept in the range of a double.
 *
 * @throws TailError when the counts are not integers with 0 ≤ hits ≤ trials, or the probability is
 * not in (0, 1).
 *
 * @example
 * binomialCdf(4, 250, 0.01) // 0.8921876269036252
 */
export function binomialCdf(hits: number, trials: number, probability: number): number {
  checkCount('number of trials', trials, 1)
  checkCount('number of hits', hits, 0)
  if (hits > trials) {
    throw new TailError(`${hits} hits in ${trials} trials are impossible. Count both alike.`)
  }
  if (!(probability > 0 && probability < 1)) {
    throw new TailError(`The probability of a hit is ${probability}. Give a number in (0, 1).`)
  }
  const odds = probability / (1 - probability)
  let term = 1
  let sum = 1
  let scale = trials * logOnePlus(-probability)
  for (let count = 1; count <= hits; count++) {
    term *= ((trials - count + 1) / count) * odds
    sum += term
    if (sum > LARGE) {
      term /= LARGE
      sum /= LARGE
      scale += LOG_LARGE
    }
  }
  return Math.min(1, sum * exp(scale))
}
