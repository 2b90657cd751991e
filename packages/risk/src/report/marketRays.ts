import type { AssetId, FactorId, MarginAccount, Ray } from '@plimsoll/model'
import { compareText } from '../order.js'
import { legDeltas, legWorth } from '../valuation/legs.js'
import type { World } from '../valuation/world.js'

/** A direction matters to an account from this share of its gross worth. */
const SHARE = 0.01

/**
 * The directions of prices that matter to an account: every factor and every asset that makes at
 * least 1 % of its gross worth, factors first, in canonical order. What cannot be valued matters.
 */
export function marketRays(account: MarginAccount, world: World): readonly Ray[] {
  const factors = new Map<FactorId, number>()
  const assets = new Map<AssetId, number>()
  let gross = 0
  for (const leg of account.legs) {
    const worth = legWorth(leg, world, world)
    const deltas = legDeltas(leg, world)
    const size = worth === null ? Infinity : Math.abs(worth)
    const moves = deltas === null ? [] : [...deltas].map(([, delta]) => Math.abs(delta))
    const exposure = Math.max(size, ...moves)
    if (Number.isFinite(exposure)) gross += exposure
    add(assets, leg.asset, exposure)
    for (const [factor, delta] of deltas ?? []) add(factors, factor, Math.abs(delta))
  }
  const matters = ([, exposure]: readonly [string, number]) =>
    exposure > 0 && exposure >= SHARE * gross
  return [
    ...[...factors]
      .filter(matters)
      .sort(([a], [b]) => compareText(a, b))
      .map(([factor]): Ray => ({ kind: 'factor', factor })),
    ...[...assets]
      .filter(matters)
      .sort(([a], [b]) => compareText(a, b))
      .map(([asset]): Ray => ({ kind: 'asset', asset })),
  ]
}

function add<Id>(sums: Map<Id, number>, id: Id, amount: number): void {
  sums.set(id, (sums.get(id) ?? 0) + amount)
}
