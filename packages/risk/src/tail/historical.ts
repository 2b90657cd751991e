import { checkFinite, checkLength, checkLevel, checkSeries } from './checks.js'
import { selectLargest } from './select.js'

/** Value at risk and expected shortfall of one distribution at one level; losses are positive. */
export type Tail = {
  /** The loss that is exceeded with probability 1 − level, in the unit of the losses. */
  readonly valueAtRisk: number
  /** The mean loss of the worst 1 − level, in the same unit; never below the value at risk. */
  readonly expectedShortfall: number
}

/** A {@link Tail} of observed losses. */
export type HistoricalTail = Tail & {
  /** n·(1 − level): below 1 the tail is the single worst loss, and says little. */
  readonly tailObservations: number
}

/** n·(1 − level) of at most this distance from an integer is that integer. */
const ROUNDING = 1e-9

/**
 * The number of observations in the tail, m = n·(1 − level): an integer also where its product in
 * doubles misses one by rounding.
 *
 * @example
 * tailObservations(60, 0.975) // 1.5000000000000013
 */
export function tailObservations(observations: number, level: number): number {
  const product = observations * (1 - level)
  const whole = Math.round(product)
  return Math.abs(product - whole) <= ROUNDING * Math.max(1, product) && whole > 0 ? whole : product
}

/**
 * Historical value at risk and expected shortfall of equally likely losses (P&L with its sign
 * turned), with m = n·(1 − level):
 *
 * - VaR is the ⌈m⌉-th worst loss (`inverted-cdf`);
 * - ES = (Σ_{i ≤ ⌊m⌋} L₍ᵢ₎ + (m − ⌊m⌋)·L₍⌊m⌋₊₁₎)/m: C. Acerbi and D. Tasche, "On the coherence of
 *   expected shortfall", J. Banking & Finance 26 (2002) 1487–1503, definition 2.6. It is coherent for
 *   every n, where a plain mean of the losses beyond VaR is not.
 *
 * @param losses in any order; left as they are
 * @param scratch as long as `losses`, overwritten; pass one to spare an allocation for each call
 *
 * @throws TooFewObservationsError without losses; TailError when a loss is not finite or the scratch
 * has another length; LevelError when the level is not in (0, 1).
 *
 * @example
 * historicalTail(Float64Array.of(4, -1, 2, 0), 0.75)
 * // { valueAtRisk: 4, expectedShortfall: 4, tailObservations: 1 }
 */
export function historicalTail(
  losses: Float64Array,
  level: number,
  scratch: Float64Array = new Float64Array(losses.length),
): HistoricalTail {
  checkLevel(level)
  checkSeries('The history of losses', losses, 1)
  checkLength('The scratch', scratch.length, losses.length)
  scratch.set(losses)
  const m = tailObservations(losses.length, level)
  const count = Math.ceil(m)
  selectLargest(scratch, count)
  const first = losses.length - count
  const valueAtRisk = scratch[first] ?? NaN
  let sum = 0
  for (let index = first + 1; index < losses.length; index++) sum += scratch[index] ?? NaN
  // ⌈m⌉ − 1 losses count whole, the ⌈m⌉-th with what is left of m.
  const expectedShortfall = (sum + (m - (count - 1)) * valueAtRisk) / m
  checkFinite('sum of the tail losses', expectedShortfall)
  return {
    valueAtRisk,
    // The mean of equal losses may round to just below them.
    expectedShortfall: Math.max(expectedShortfall, valueAtRisk),
    tailObservations: m,
  }
}

/** {@link historicalTail} without its value at risk. */
export function expectedShortfall(
  losses: Float64Array,
  level: number,
  scratch?: Float64Array,
): number {
  return historicalTail(losses, level, scratch).expectedShortfall
}
