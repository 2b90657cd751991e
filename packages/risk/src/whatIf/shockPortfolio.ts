import type { Leg, Portfolio } from '@plimsoll/model'
import { parseAmount, toNumber } from '@plimsoll/model'
import type { Program } from '../program/program.js'
import { optionWorth } from '../valuation/option.js'
import type { World } from '../valuation/world.js'
import { scalePrice } from './scalePrice.js'

/**
 * The portfolio as it would be read in another world: every mark scaled exactly, option legs
 * repriced. A module that evaluates it decides exactly what the compiled program estimates.
 */
export function shockPortfolio(portfolio: Portfolio, today: World, world: World): Portfolio {
  return {
    ...portfolio,
    marks: portfolio.marks.map((mark) => {
      const multiplier = world.multiplier(mark)
      return {
        ...mark,
        min: scalePrice(mark.min, multiplier),
        mid: scalePrice(mark.mid, multiplier),
        max: scalePrice(mark.max, multiplier),
      }
    }),
    accounts: portfolio.accounts.map((account) => ({
      ...account,
      legs: account.legs.map((leg) => shockLeg(leg, today, world)),
    })),
  }
}

function shockLeg(leg: Leg, today: World, world: World): Leg {
  if (leg.kind !== 'option') return leg
  const impliedVolatility =
    leg.impliedVolatility === null
      ? null
      : leg.impliedVolatility * world.volatilityMultiplier(leg.asset)
  const size = toNumber(leg.size)
  const worth = optionWorth(leg, today, world)
  if (leg.price === null || size === 0) return { ...leg, impliedVolatility }
  // A price that cannot be had is null, never the one of another world.
  const price = worth === null ? null : parseAmount((worth / size).toFixed(DECIMALS))
  return { ...leg, impliedVolatility, price }
}

const DECIMALS = 18

/**
 * The multipliers that the marks of a moved portfolio are of a program's: [marks + 1], the last one 1.
 * They are those of a scenario but for the rounding of prices to what their sources could print.
 */
export function movedMultipliers(program: Program, moved: Portfolio): Float64Array {
  const marks = new Map(moved.marks.map((mark) => [mark.id, mark]))
  const multipliers = program.marks.map(({ id, price }) => {
    const mark = marks.get(id)
    return mark === undefined || price === 0 ? 1 : toNumber(mark.mid) / price
  })
  return Float64Array.from([...multipliers, 1])
}
