import type { FactorId, Portfolio, Requirement } from '@plimsoll/model'
import { byId, compareText } from '../order.js'
import type { Program } from '../program/program.js'
import type { Attribution } from './attribution.js'
import { attributeRequirement } from './attribution.js'
import { legDeltas, mayBeLiability } from './legs.js'
import type { Counted } from './lookThrough.js'
import { countedOnce } from './lookThrough.js'
import type { World } from './world.js'
import { exposuresOf, SPOT } from './world.js'

/**
 * Maintenance that the venues ask separately, against what one cross-margin venue would ask.
 *
 * Siloed is Σ over accounts of equity − (resource − requirement) of the binding test: Σ collateral ×
 * (1 − threshold) for a loan, tiered maintenance for perps, mark-to-market − net margin for options.
 * Each part is attributed to the underlying (spot factor) that it is asked for; what a loan asks of
 * pegged collateral belongs to the underlyings that its account is exposed to, up to that exposure.
 *
 * Netted is Σ over underlyings of |Σδ| ÷ Σ|δ| × their requirement, δ the exposures of all linear
 * legs. Options and fixed amounts are not netted: a net delta says nothing of gamma and vega.
 * So netted ≤ siloed, equal when all legs point one way.
 *
 * @returns null when the health or a price of any account that counts is unknown.
 */
export function requirement(
  portfolio: Portfolio,
  program: Program,
  world: World,
  counted: Counted = countedOnce(portfolio),
): Requirement | null {
  const rows = new Map(program.accounts.map(({ id }, row) => [id, row]))
  const net = new Map<FactorId, number>()
  const gross = new Map<FactorId, number>()
  const parts: Part[] = []
  for (const account of [...portfolio.accounts].sort(byId)) {
    if (!counted.account(account)) continue
    const row = rows.get(account.id)
    const attribution = row === undefined ? null : attributeRequirement(program, row)
    if (attribution === null) return null
    const own = new Map<FactorId, number>()
    for (const leg of [...account.legs].sort(byId)) {
      if (leg.kind === 'option' || !counted.leg(leg)) continue
      const deltas = legDeltas(leg, world)
      if (deltas === null && mayBeLiability(leg)) return null
      for (const [factor, delta] of deltas ?? []) {
        add(net, factor, delta)
        add(gross, factor, Math.abs(delta))
        add(own, factor, Math.abs(delta))
      }
    }
    parts.push(...splitByFactor(attribution, own, world))
  }
  return netParts(parts, net, gross)
}

/** A part of a requirement and the underlying it is asked for; null when nothing can net it. */
type Part = { readonly factor: FactorId | null; readonly amount: number }

function netParts(
  parts: readonly Part[],
  net: ReadonlyMap<FactorId, number>,
  gross: ReadonlyMap<FactorId, number>,
): Requirement {
  let siloed = 0
  let netted = 0
  for (const { factor, amount } of parts) {
    siloed += amount
    const all = factor === null ? 0 : (gross.get(factor) ?? 0)
    const ratio = factor === null || all === 0 ? 1 : Math.abs(net.get(factor) ?? 0) / all
    netted += Math.min(1, ratio) * amount
  }
  return {
    siloed,
    netted,
    notGranted: siloed - netted,
    capitalEfficiency: siloed > 0 ? netted / siloed : null,
  }
}

function splitByFactor(
  { byAsset, unnetted }: Attribution,
  own: ReadonlyMap<FactorId, number>,
  world: World,
): readonly Part[] {
  const ownSpot = [...own]
    .filter(([factor]) => factor.startsWith(SPOT))
    .sort(([a], [b]) => compareText(a, b))
  const asked = new Map<FactorId, number>()
  let rest = unnetted
  for (const [asset, amount] of [...byAsset].sort(([a], [b]) => compareText(a, b))) {
    const exposures = exposuresOf(world, asset).map(
      ({ factor, elasticity }) => [factor, Math.abs(elasticity)] as const,
    )
    const spot = exposures.filter(([factor]) => factor.startsWith(SPOT))
    const shares = spot.length > 0 ? spot : ownSpot.length > 0 ? ownSpot : exposures
    for (const part of inProportion(amount, shares)) {
      if (part.factor === null) rest += part.amount
      else add(asked, part.factor, part.amount)
    }
  }
  const parts: Part[] = []
  for (const [factor, amount] of [...asked].sort(([a], [b]) => compareText(a, b))) {
    // A hedge of an exposure cannot free more than the exposure.
    const nettable = Math.min(amount, own.get(factor) ?? 0)
    parts.push({ factor, amount: nettable })
    rest += amount - nettable
  }
  return [...parts, { factor: null, amount: rest }]
}

function inProportion(
  amount: number,
  shares: readonly (readonly [FactorId, number])[],
): readonly Part[] {
  const total = shares.reduce((sum, [, share]) => sum + share, 0)
  if (!(total > 0)) return [{ factor: null, amount }]
  return shares.map(([factor, share]) => ({ factor, amount: (amount * share) / total }))
}

function add(sums: Map<FactorId, number>, factor: FactorId, amount: number): void {
  sums.set(factor, (sums.get(factor) ?? 0) + amount)
}
