import type { OptionLeg } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { forwardDelta, forwardPrice } from '../pricing/black76.js'
import type { World } from './world.js'
import { priceOf } from './world.js'

const SECONDS_A_YEAR = 365 * 86_400

type Inputs = { readonly forward: number; readonly totalVolatility: number }

/**
 * Worth of an option leg in a world, in the numeraire: size × (venue's price today + change of the
 * Black-76 price), so that today's worth is the venue's own. Null where a number is missing.
 */
export function optionWorth(leg: OptionLeg, today: World, world: World): number | null {
  const before = optionInputs(leg, today)
  const after = optionInputs(leg, world)
  const call = leg.right === 'call'
  const strike = toNumber(leg.strike)
  const size = toNumber(leg.size)
  if (before === null || after === null) {
    const still = world === today && leg.price !== null
    return still ? size * toNumber(leg.price) : null
  }
  const modelBefore = forwardPrice(call, before.forward, strike, before.totalVolatility)
  if (world === today) return size * (leg.price === null ? modelBefore : toNumber(leg.price))
  const modelAfter = forwardPrice(call, after.forward, strike, after.totalVolatility)
  const price =
    leg.price === null ? modelAfter : Math.max(0, toNumber(leg.price) + modelAfter - modelBefore)
  return size * price
}

/** Change of the worth per +100 % of the forward: size × Δ × F. Null where a number is missing. */
export function optionDelta(leg: OptionLeg, world: World): number | null {
  const inputs = optionInputs(leg, world)
  if (inputs === null) return null
  const { forward, totalVolatility } = inputs
  const delta = forwardDelta(leg.right === 'call', forward, toNumber(leg.strike), totalVolatility)
  return toNumber(leg.size) * delta * forward
}

function optionInputs(leg: OptionLeg, world: World): Inputs | null {
  const forward = priceOf(world, leg.forward ?? leg.mark)
  if (forward === null || leg.impliedVolatility === null) return null
  const years = Math.max(0, leg.expiry - world.at) / SECONDS_A_YEAR
  const volatility = leg.impliedVolatility * world.volatilityMultiplier(leg.asset)
  return { forward, totalVolatility: volatility * Math.sqrt(years) }
}
