import { checkLevel } from '../checks.js'
import { binomialCdf } from '../distribution/binomial.js'

/** What the number of hits says about a model. */
export type TrafficLight = {
  /** Green: nothing against the model. Yellow: suspect. Red: the model is presumed wrong. */
  readonly zone: 'green' | 'yellow' | 'red'
  /** P[at most so many hits] when the model is right. */
  readonly cumulative: number
  /**
   * What the multiplier of 3 grows by under the rules of 1996; null unless 250 observations at 99 %,
   * for which alone it is defined.
   */
  readonly plusFactor: number | null
}

/** Yellow from this cumulative probability on, red from the next. */
const YELLOW = 0.95
const RED = 0.9999

const PLUS_FACTORS = [0, 0, 0, 0, 0, 0.4, 0.5, 0.65, 0.75, 0.85]
const RED_PLUS_FACTOR = 1

/**
 * The traffic light of the Basel Committee: green while the cumulative binomial probability of the
 * hits is below 95 %, red from 99.99 %. At 250 observations and 99 %: 0–4, 5–9, 10 and more.
 * ("Supervisory framework for the use of 'backtesting' in conjunction with the internal models
 * approach to market risk capital requirements", January 1996.)
 *
 * @throws LevelError when the level is not in (0, 1); TailError when the counts are not integers with
 * 0 ≤ hits ≤ observations.
 *
 * @example
 * trafficLight(6, 250, 0.99) // { zone: 'yellow', cumulative: 0.98629…, plusFactor: 0.5 }
 */
export function trafficLight(hits: number, observations: number, level: number): TrafficLight {
  checkLevel(level)
  const cumulative = binomialCdf(hits, observations, 1 - level)
  return {
    zone: cumulative < YELLOW ? 'green' : cumulative < RED ? 'yellow' : 'red',
    cumulative,
    plusFactor:
      observations === 250 && level === 0.99 ? (PLUS_FACTORS[hits] ?? RED_PLUS_FACTOR) : null,
  }
}
