import { logRatio } from '../../pricing/log.js'
import { checkCount, checkLevel } from '../checks.js'
import { chiSquareOneQuantile, chiSquareSurvival } from '../distribution/chiSquare.js'
import { TailError } from '../errors.js'

/** A likelihood ratio and how likely it is to be exceeded when the model is right. */
export type LikelihoodRatio = {
  /** Not negative; asymptotically χ². */
  readonly statistic: number
  readonly degreesOfFreedom: number
  readonly pValue: number
}

/** x·ln(a/b), 0 for x = 0. */
export function weightedLogRatio(x: number, a: number, b: number): number {
  return x === 0 ? 0 : x * logRatio(a, b)
}

/** A {@link LikelihoodRatio}, without the −0 or the hair below 0 that rounding leaves. */
export function likelihoodRatio(statistic: number, degreesOfFreedom: number): LikelihoodRatio {
  const positive = Math.max(0, statistic)
  return {
    statistic: positive,
    degreesOfFreedom,
    pValue: chiSquareSurvival(positive, degreesOfFreedom),
  }
}

/**
 * Test of the number of hits (losses beyond value at risk), "proportion of failures":
 * LR_uc = −2·ln[(1 − p)^(n−x)·pˣ] + 2·ln[(1 − x/n)^(n−x)·(x/n)ˣ] with p = 1 − level and 0·ln 0 = 0,
 * χ²(1). (P. H. Kupiec, "Techniques for verifying the accuracy of risk measurement models", J.
 * Derivatives 3 (1995) 73–84.)
 *
 * @throws LevelError when the level is not in (0, 1); TailError when the counts are not integers with
 * 0 ≤ hits ≤ observations.
 *
 * @example
 * kupiecTest(4, 250, 0.99) // { statistic: 0.769138…, degreesOfFreedom: 1, pValue: 0.380483… }
 */
export function kupiecTest(hits: number, observations: number, level: number): LikelihoodRatio {
  checkCounts(hits, observations, level)
  return likelihoodRatio(kupiecStatistic(hits, observations, level), 1)
}

function kupiecStatistic(hits: number, observations: number, level: number): number {
  const misses = observations - hits
  return (
    2 *
    (weightedLogRatio(hits, hits / observations, 1 - level) +
      weightedLogRatio(misses, misses / observations, level))
  )
}

/** A range of hits, both ends included. */
export type HitRange = { readonly least: number; readonly most: number }

/**
 * The numbers of hits that {@link kupiecTest} does not reject at the given confidence.
 *
 * @param confidence of the test, 0.95 to reject a right model in one case of twenty
 *
 * @throws LevelError when the level or the confidence is not in (0, 1); TailError when the number of
 * observations is not a positive integer.
 *
 * @example
 * nonRejectionRegion(255, 0.99, 0.95) // { least: 1, most: 6 }
 */
export function nonRejectionRegion(
  observations: number,
  level: number,
  confidence: number,
): HitRange {
  checkCounts(0, observations, level)
  checkLevel(confidence)
  const limit = chiSquareOneQuantile(confidence)
  const isKept = (hits: number): boolean =>
    hits >= 0 && hits <= observations && kupiecStatistic(hits, observations, level) <= limit
  // The statistic falls to the expected number and rises from it: what is kept has no gaps.
  const expected = Math.round(observations * (1 - level))
  let least = expected
  while (isKept(least - 1)) least -= 1
  let most = expected
  while (isKept(most + 1)) most += 1
  return { least, most }
}

function checkCounts(hits: number, observations: number, level: number): void {
  checkLevel(level)
  checkCount('number of observations', observations, 1)
  checkCount('number of hits', hits, 0)
  if (hits > observations) {
    throw new TailError(
      `${hits} hits in ${observations} observations are impossible. Count both alike.`,
    )
  }
}
