import type { StressScenario } from '@plimsoll/model'
import type { PairParameters } from './margin-answer.js'
import { BUCKETS } from './margin-answer.js'

/** Relative moves of the tails; volatility is shocked upward only. */
export const EXTENDED_MOVES: readonly number[] = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5]

/**
 * The venue's scenarios of an index pair, in its order: 9 price buckets from −`price_range` to
 * +`price_range`, each with volatility up, unmoved and down; then 8 extended moves. Options count in
 * an extended move by the share `price_range` ÷ |move|; futures are instead moved by `price_range` only.
 */
export function stressScenarios({
  price_range: range,
  volatility_range_up: up,
  volatility_range_down: down,
  extended_table_factor: factor,
}: PairParameters): readonly StressScenario[] {
  const buckets = Array.from({ length: 2 * BUCKETS + 1 }, (_, bucket) => bucket - BUCKETS)
  return [
    ...buckets.flatMap((bucket) =>
      [up, 0, -down].map(
        (volatility): StressScenario => ({
          spot: 1 + (range * bucket) / BUCKETS,
          volatility,
          skew: 'none',
          weight: 1,
          extended: false,
        }),
      ),
    ),
    ...EXTENDED_MOVES.map(
      (move): StressScenario => ({
        spot: 1 + move,
        volatility: up,
        skew: 'none',
        weight: (factor * range) / Math.abs(move),
        extended: true,
      }),
    ),
  ]
}
