import { TooFewObservationsError } from '../errors.js'
import type { LikelihoodRatio } from './kupiec.js'
import { kupiecTest, likelihoodRatio, weightedLogRatio } from './kupiec.js'

/** How often a hit (1) or none (0) followed a hit or none: `from0to1` etc. */
export type Transitions = {
  readonly from0to0: number
  readonly from0to1: number
  readonly from1to0: number
  readonly from1to1: number
}

/** Christoffersen's tests of a series of hits. */
export type CoverageTests = {
  /** Kupiec's: is the number of hits right? χ²(1). */
  readonly unconditional: LikelihoodRatio
  /** Is a hit as likely after a hit as after none? χ²(1). */
  readonly independence: LikelihoodRatio
  /** Both at once: the sum, χ²(2). */
  readonly conditional: LikelihoodRatio
  readonly transitions: Transitions
}

/**
 * Tests a series of hits for their number and their independence. LR_ind compares a Markov chain with
 * the hit rates π₀ = n₀₁/(n₀₀ + n₀₁) and π₁ = n₁₁/(n₁₀ + n₁₁) against one rate π; it is 0 when there is
 * no hit, or nothing else. LR_cc = LR_uc + LR_ind. (P. F. Christoffersen, "Evaluating interval
 * forecasts", Int. Economic Review 39 (1998) 841–862.)
 *
 * @param hits oldest first, true where the loss was beyond value at risk
 *
 * @throws TooFewObservationsError with fewer than 2 observations; LevelError when the level is not in
 * (0, 1).
 *
 * @example
 * const { conditional } = christoffersenTests([false, true, true, false], 0.99)
 */
export function christoffersenTests(hits: readonly boolean[], level: number): CoverageTests {
  if (hits.length < 2) throw new TooFewObservationsError('The series of hits', hits.length, 2)
  const count = hits.filter(Boolean).length
  const unconditional = kupiecTest(count, hits.length, level)
  const transitions = transitionsOf(hits)
  const independence = likelihoodRatio(independenceStatistic(transitions), 1)
  return {
    unconditional,
    independence,
    conditional: likelihoodRatio(unconditional.statistic + independence.statistic, 2),
    transitions,
  }
}

function transitionsOf(hits: readonly boolean[]): Transitions {
  const pairs = [0, 0, 0, 0]
  for (let day = 1; day < hits.length; day++) {
    const at = (hits[day - 1] === true ? 2 : 0) + (hits[day] === true ? 1 : 0)
    pairs[at] = (pairs[at] ?? 0) + 1
  }
  const [from0to0 = 0, from0to1 = 0, from1to0 = 0, from1to1 = 0] = pairs
  return { from0to0, from0to1, from1to0, from1to1 }
}

/** 2·Σ nᵢⱼ·ln(πᵢⱼ/πⱼ), in which 0·ln 0 = 0. */
function independenceStatistic(transitions: Transitions): number {
  const { from0to0, from0to1, from1to0, from1to1 } = transitions
  const after0 = from0to0 + from0to1
  const after1 = from1to0 + from1to1
  const rate = (from0to1 + from1to1) / (after0 + after1)
  const calm = (from0to0 + from1to0) / (after0 + after1)
  return (
    2 *
    (weightedLogRatio(from0to0, from0to0 / after0, calm) +
      weightedLogRatio(from0to1, from0to1 / after0, rate) +
      weightedLogRatio(from1to0, from1to0 / after1, calm) +
      weightedLogRatio(from1to1, from1to1 / after1, rate))
  )
}
