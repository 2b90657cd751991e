import { studentTCdf } from '../tail/distribution/studentT.js'
import { ScoreError } from './errors.js'

/** Probability that a linear account fails, from its distance alone. */
export type LinearProbability = {
  /** P[it is liquidatable at the horizon] = F_ν(−d·√(ν/(ν − 2))). */
  readonly end: number
  /** P[it is liquidatable at some time before the horizon] = 2·end, at most 1. */
  readonly touch: number
}

/**
 * Probability of liquidation of an account whose surplus is linear, from its Mahalanobis distance d,
 * under a Student-t of ν degrees of freedom and the covariance with which d was measured.
 *
 * `touch` is the reflection principle: exact for a driftless Brownian motion (ν = Infinity), an
 * approximation for other ν, where simulated paths are the record.
 *
 * @example
 * linearProbability(1, Infinity).touch // 0.31731050786291415
 *
 * @param distance standard deviations, 0 for an account that is liquidatable already
 * @param degreesOfFreedom above 2, where a Student-t has a variance; Infinity for the normal law
 * @throws ScoreError when the distance is negative or NaN, or the degrees are not above 2.
 */
export function linearProbability(distance: number, degreesOfFreedom: number): LinearProbability {
  if (!(distance >= 0)) {
    throw new ScoreError(
      `The distance is ${distance}. Give standard deviations from 0; Infinity where nothing liquidates.`,
    )
  }
  if (!(degreesOfFreedom > 2)) {
    throw new ScoreError(
      `A Student-t with ${degreesOfFreedom} degrees of freedom has no variance. Give more than 2, or Infinity for the normal law.`,
    )
  }
  const scale = degreesOfFreedom === Infinity ? 1 : degreesOfFreedom / (degreesOfFreedom - 2)
  const end = studentTCdf(-distance * Math.sqrt(scale), degreesOfFreedom)
  return { end, touch: 2 * end }
}
