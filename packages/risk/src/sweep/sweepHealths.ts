import type { Population } from './population.js'
import { checkPopulation } from './population.js'

/**
 * Native health of every account of a population, without allocation: weighted collateral ÷ debt, 1
 * where its venue liquidates, +Infinity without debt, NaN where a price is missing or no number.
 *
 * @example
 * sweepHealths(population, Float64Array.of(1850, 1), new Float64Array(1)) // [1.27…]
 *
 * @param prices by asset
 * @param out [accounts], overwritten and returned
 * @throws CompileError when arrays do not fit each other.
 */
export function sweepHealths(
  population: Population,
  prices: Float64Array,
  out: Float64Array,
): Float64Array {
  checkPopulation(population, out)
  const { offsets, assets, weights } = population
  let leg = 0
  for (let account = 0; account < out.length; account++) {
    const end = offsets[account + 1] ?? 0
    // Twice the collateral and twice the debt: |v| + v and |v| − v are exact, and ask no branch on the
    // sign, which a processor could not foresee.
    let collateral = 0
    let debt = 0
    for (; leg < end; leg++) {
      const value = (weights[leg] ?? NaN) * (prices[assets[leg] ?? 0] ?? NaN)
      const size = Math.abs(value)
      collateral += size + value
      debt += size - value
    }
    out[account] = debt > 0 ? collateral / debt : withoutDebt(debt)
  }
  return out
}

/** Nothing is required; NaN where that is not known. */
function withoutDebt(debt: number): number {
  return debt === 0 ? Infinity : NaN
}
