import { checkLength, checkSeries } from './checks.js'

/**
 * Losses of a linear book in every scenario, −Σ exposure × move: positions are folded into exposures
 * once, so that a scenario costs one product a factor. Without allocation. A preview: options are linear
 * here; `repriceSet` is the record.
 *
 * @example
 * const losses = foldedLosses(Float64Array.of(100, -50), Float64Array.of(-0.1, 0.02), new Float64Array(1))
 * // [11]
 *
 * @param exposures numeraire per +100 % of each factor: [factors]
 * @param moves relative moves, [scenarios × factors], row-major
 * @param out [scenarios], overwritten and returned
 *
 * @throws TailError when shapes differ or an exposure is not finite.
 */
export function foldedLosses(
  exposures: Float64Array,
  moves: Float64Array,
  out: Float64Array,
): Float64Array {
  const size = exposures.length
  checkSeries('The list of exposures', exposures, 1)
  checkLength('The matrix of moves', moves.length, size * out.length)
  const whole = size - (size % 4)
  for (let scenario = 0, at = 0; scenario < out.length; scenario++) {
    // Four sums at a time: one alone waits for each addition before the next.
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let factor = 0
    for (; factor < whole; factor += 4, at += 4) {
      a -= (exposures[factor] ?? NaN) * (moves[at] ?? NaN)
      b -= (exposures[factor + 1] ?? NaN) * (moves[at + 1] ?? NaN)
      c -= (exposures[factor + 2] ?? NaN) * (moves[at + 2] ?? NaN)
      d -= (exposures[factor + 3] ?? NaN) * (moves[at + 3] ?? NaN)
    }
    for (; factor < size; factor++, at++) a -= (exposures[factor] ?? NaN) * (moves[at] ?? NaN)
    out[scenario] = a + b + (c + d)
  }
  return out
}
