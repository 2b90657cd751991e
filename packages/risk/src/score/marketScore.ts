import { log } from '../pricing/log.js'
import { checkProbability } from './checks.js'

/** Nothing is claimed of smaller probabilities. */
const LEAST_CLAIMED = 1e-4

/**
 * Market score of a probability of liquidation within the horizon: H = min(100, −25·log₁₀ P).
 * Certain is 0, 10 % is 25, 1 % is 50, 0.1 % is 75, and nothing is claimed beyond 0.01 %.
 *
 * Give the worse end of the interval of a simulated probability, not its estimate:
 * {@link clopperPearson} or {@link weightedUpperLimit}.
 *
 * @example
 * marketScore(0.0025) // 65.05149978319906
 *
 * @throws ScoreError when the probability is outside [0, 1].
 */
export function marketScore(probability: number): number {
  checkProbability('probability of liquidation', probability)
  if (probability <= LEAST_CLAIMED) return 100
  return probability === 1 ? 0 : (-25 * log(probability)) / Math.LN10
}
