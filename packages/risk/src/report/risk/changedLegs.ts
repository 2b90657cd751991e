import type { Amount, AssetId, Leg, MarginAccount } from '@plimsoll/model'
import { toCanonicalJson, toNumber } from '@plimsoll/model'
import type { World } from '../../valuation/world.js'
import { exposuresOf, priceOf } from '../../valuation/world.js'
import type { KeptTolerance } from './tolerance.js'

/** An account as it was at the score and as it is, each with the prices and assets of its time. */
export type Then = { readonly account: MarginAccount; readonly world: World }

/**
 * What of an account is another than it was, beyond what interest and prices do to it; null where it is
 * the same.
 */
export function changedLegs(before: Then, now: Then, tolerance: KeptTolerance): string | null {
  if (termsOf(before.account) !== termsOf(now.account)) return 'its margin rule is another'
  const legs = new Map(before.account.legs.map((leg) => [leg.id, leg]))
  if (legs.size !== now.account.legs.length) return 'its legs are others'
  const gross = now.account.legs.reduce(
    (sum, leg) => sum + Math.abs(toNumber(sizeOf(leg))) * (unitPrice(leg, now.world) ?? 0),
    0,
  )
  for (const leg of now.account.legs) {
    const was = legs.get(leg.id)
    if (was === undefined || shapeOf(was, before.world) !== shapeOf(leg, now.world)) {
      return 'its legs are others'
    }
    const moved = Math.abs(toNumber(sizeOf(leg)) - toNumber(sizeOf(was)))
    // Without a price any change may be a large one.
    const worth = moved === 0 ? 0 : moved * (unitPrice(leg, now.world) ?? Infinity)
    if (worth > tolerance.amount * gross) return `the size of its leg "${leg.id}" is another`
    if (volatilityMoved(was, leg) > tolerance.volatility) {
      return `the implied volatility of its leg "${leg.id}" moved`
    }
  }
  return null
}

function termsOf({ rule, dependsOn, recourse }: MarginAccount): string {
  const { tag, version, numeraire, modes } = rule
  return toCanonicalJson({ tag, version, numeraire, modes, dependsOn, recourse })
}

/** All of a leg that neither interest nor a price changes, with what its asset moves with. */
function shapeOf(leg: Leg, world: World): string {
  const { kind, asset, mark, backedBy = null } = leg
  const terms =
    leg.kind === 'option'
      ? [leg.right, leg.strike, leg.expiry, leg.forward]
      : [leg.kind === 'collateral' && leg.counts]
  return toCanonicalJson([kind, asset, mark, backedBy, terms, risksOf(asset, world)])
}

function risksOf(asset: AssetId, world: World) {
  return [exposuresOf(world, asset), world.assets.get(asset)?.dependsOn ?? []]
}

function sizeOf(leg: Leg): Amount {
  return leg.kind === 'perp' || leg.kind === 'option' ? leg.size : leg.amount
}

/** Of one unit; of an option that of its underlying, whose whole risk it may come to carry. */
function unitPrice(leg: Leg, world: World): number | null {
  const mark = leg.mark ?? (leg.kind === 'option' ? leg.forward : null)
  return priceOf(world, mark ?? world.lowest.get(leg.asset) ?? null)
}

function volatilityMoved(before: Leg, now: Leg): number {
  if (before.kind !== 'option' || now.kind !== 'option') return 0
  const [was, is] = [before.impliedVolatility, now.impliedVolatility]
  if (was === is) return 0
  return was === null || is === null ? Infinity : Math.abs(is / was - 1)
}
