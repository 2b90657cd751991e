import type { FactorId, Leg, MarkId } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { optionDelta, optionWorth } from './option.js'
import type { World } from './world.js'
import { exposuresOf, priceOf } from './world.js'

/**
 * Worth of a leg in a world, signed, in the numeraire; null where it cannot be priced. The legs of
 * an account add up to its equity. What is held without a mark of its own, as in a wallet, counts at
 * the lowest that any venue in the portfolio marks the same asset.
 */
export function legWorth(leg: Leg, today: World, world: World): number | null {
  if (leg.kind === 'option') return optionWorth(leg, today, world)
  const quantity = signedQuantity(leg)
  if (quantity === 0) return 0
  const mark = leg.mark ?? (mayBeLiability(leg) ? null : (world.lowest.get(leg.asset) ?? null))
  const price = priceOf(world, mark)
  return price === null ? null : quantity * price
}

function signedQuantity(leg: Exclude<Leg, { kind: 'option' }>): number {
  switch (leg.kind) {
    case 'debt':
      return -toNumber(leg.amount)
    case 'perp':
      return toNumber(leg.size)
    case 'collateral':
    case 'share':
    case 'cash':
      return toNumber(leg.amount)
  }
}

/** Whether leaving out an unpriced leg could make its owner look richer than they are. */
export function mayBeLiability(leg: Leg): boolean {
  switch (leg.kind) {
    case 'debt':
      return leg.amount.raw !== 0n
    case 'perp':
      return leg.size.raw !== 0n
    case 'option':
      return leg.size.raw < 0n
    case 'cash':
      return leg.amount.raw < 0n
    case 'collateral':
    case 'share':
      return false
  }
}

/** Exposure of one leg: numeraire per +100 % of each factor. Null where it cannot be priced. */
export function legDeltas(leg: Leg, world: World): ReadonlyMap<FactorId, number> | null {
  const isOption = leg.kind === 'option'
  const worth = isOption ? optionDelta(leg, world) : legWorth(leg, world, world)
  if (worth === null) return null
  const mark: MarkId | null = isOption ? (leg.forward ?? leg.mark) : leg.mark
  const asset = mark === null ? leg.asset : (world.marks.get(mark)?.asset ?? leg.asset)
  const deltas = new Map<FactorId, number>()
  for (const { factor, elasticity } of exposuresOf(world, asset)) {
    deltas.set(factor, (deltas.get(factor) ?? 0) + elasticity * worth)
  }
  return deltas
}
