import { checkProbability } from './checks.js'

/** Limits between which the probability of any of several events must lie. */
export type ProbabilityBounds = { readonly lower: number; readonly upper: number }

/**
 * Limits of the probability that any of several accounts is liquidated, whatever their dependence:
 * max Pₖ ≤ P ≤ min(1, Σ Pₖ) (Fréchet, Boole). No accounts: 0 and 0.
 *
 * @example
 * anyProbabilityBounds([0.2, 0.3]) // { lower: 0.3, upper: 0.5 }
 *
 * @throws ScoreError when a probability is outside [0, 1].
 */
export function anyProbabilityBounds(probabilities: readonly number[]): ProbabilityBounds {
  let lower = 0
  let sum = 0
  for (const probability of probabilities) {
    checkProbability('probability of an account', probability)
    lower = Math.max(lower, probability)
    sum += probability
  }
  return { lower, upper: Math.min(1, sum) }
}
