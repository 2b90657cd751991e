import type { ScenarioBook, ScenarioExpiry } from '@plimsoll/model'
import { collateralWorth, linearProfit, linearWorth } from './bookProfits.js'
import type { ScenarioLegResult } from './result.js'
import type { BookWork } from './workspace.js'

/**
 * Each leg's weighted P&L in every scenario; positions add up to the book's.
 *
 * @param work what `bookProfits` wrote for the same multipliers
 * @param stable price of the settlement asset now × the price of the book's unit
 */
export function legProfits(
  book: ScenarioBook,
  multipliers: Float64Array,
  stable: number,
  work: BookWork,
): readonly ScenarioLegResult[] {
  const { scenarios, perps, expiries } = book
  let row = 0
  const options = expiries.flatMap((expiry, position) => {
    const first = row
    row += expiry.options.length
    return optionProfits(book, expiry, work, first, position)
  })
  const linear = [...perps, ...expiries.flatMap(({ futures }) => futures)].map((leg) => ({
    leg: leg.leg,
    worth: linearWorth(book, leg, multipliers),
    scenarios: scenarios.map((scenario) => linearProfit(book, leg, scenario, multipliers)),
  }))
  const collateral = book.collateral.map((held) => {
    const worth = collateralWorth(held, multipliers, stable)
    return {
      leg: held.leg,
      worth,
      scenarios: scenarios.map(({ weight, spot }) => weight * worth * (spot - 1)),
    }
  })
  return [...options, ...linear, ...collateral]
}

/** Options of one expiry: the factors of its net value, and the sign of a skew, reach every leg. */
function optionProfits(
  { scenarios }: ScenarioBook,
  { options, gainFactor, lossFactor, profitScale }: ScenarioExpiry,
  work: BookWork,
  row: number,
  position: number,
): readonly ScenarioLegResult[] {
  const count = scenarios.length
  const cell = (index: number, scenario: number) =>
    work.stressed[(row + index) * count + scenario] ?? NaN
  const isGain = scenarios.map((_, scenario) => {
    let net = 0
    for (const [index, { limitPrice }] of options.entries()) {
      if (limitPrice === null) net += cell(index, scenario)
    }
    return net > 0
  })
  return options.map(({ leg, size, limitPrice }, index) => {
    const worth = work.worth[row + index] ?? NaN
    return {
      leg,
      worth: limitPrice === null ? worth : 0,
      scenarios: scenarios.map(({ weight, skew }, scenario) => {
        const value = cell(index, scenario)
        if (limitPrice !== null)
          return weight * profitScale * Math.min(0, value - size * limitPrice)
        const factor = isGain[scenario] === true ? gainFactor : lossFactor
        const isTurned = skew !== 'none' && (work.expiries[position * count + scenario] ?? NaN) > 0
        return weight * (isTurned ? -1 : 1) * (value * factor - worth) * profitScale
      }),
    }
  })
}
