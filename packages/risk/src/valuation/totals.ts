import type { MarginAccount } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { byId } from '../order.js'
import { legWorth, mayBeLiability } from './legs.js'
import type { Counted } from './lookThrough.js'
import type { World } from './world.js'
import { priceOf } from './world.js'

/** What an account holds, in the numeraire: equity = grossAssets − debt. */
export type Totals = {
  readonly equity: number
  readonly grossAssets: number
  readonly debt: number
  /** Σ |size × price| of perps and options. */
  readonly notional: number
  /** Legs without a price; those that may be owed make the totals unknown. */
  readonly unpriced: readonly { readonly id: string; readonly owed: boolean }[]
  readonly known: boolean
}

/**
 * Totals of an account's legs in a world. Cash and perps are netted first, since the cash holds what
 * the perps were paid with.
 *
 * @param counted when given, legs that count elsewhere are left out
 */
export function accountTotals(
  account: MarginAccount,
  today: World,
  world: World,
  counted?: Counted,
): Totals {
  let grossAssets = 0
  let debt = 0
  let notional = 0
  let margin = 0
  const unpriced: { id: string; owed: boolean }[] = []
  for (const leg of [...account.legs].sort(byId)) {
    if (counted !== undefined && !counted.leg(leg)) continue
    const worth = legWorth(leg, today, world)
    if (worth === null) {
      unpriced.push({ id: leg.id, owed: mayBeLiability(leg) })
      continue
    }
    if (leg.kind === 'cash' || leg.kind === 'perp') margin += worth
    else if (worth >= 0) grossAssets += worth
    else debt -= worth
    if (leg.kind === 'perp') notional += Math.abs(worth)
    if (leg.kind === 'option') {
      const underlying = priceOf(world, leg.mark ?? leg.forward)
      notional += Math.abs(toNumber(leg.size)) * (underlying ?? toNumber(leg.strike))
    }
  }
  if (margin >= 0) grossAssets += margin
  else debt -= margin
  const known = !unpriced.some(({ owed }) => owed)
  return { equity: grossAssets - debt, grossAssets, debt, notional, unpriced, known }
}
