import type { FactorDepth, FactorId } from '@plimsoll/model'
import { concentrationMultiplier } from '../haircut/concentration.js'
import type { DepthCurve } from '../haircut/depthCurve.js'
import { liquidityHaircut } from '../haircut/liquidityHaircut.js'
import { forwardDelta } from '../pricing/black76.js'
import type { Book } from './book.js'

/** What a position asks for beside its stress because the market is thinner than it. */
export type AddOn = {
  readonly factor: FactorId
  /** The larger of what must be sold and what must be bought, in the numeraire. */
  readonly quantity: number
  /** What closing it at once loses against the mid, in the numeraire. */
  readonly liquidity: number
  /** (multiplier − 1) × the underlying's loss, in the numeraire. */
  readonly concentration: number
  /** max(1, √(quantity ÷ (fraction × daily volume))); 1 where the volume is not known. */
  readonly multiplier: number
  /** Share of each leg, in proportion to what of it must be traded; they add up to 1. */
  readonly shares: readonly { readonly leg: string; readonly share: number }[]
}

/**
 * Liquidity and concentration of one underlying; null where nothing has to be traded. Longs and shorts
 * are closed in the market each for itself, so the larger side counts, not the difference.
 *
 * @throws HaircutError when the depth is not usable.
 */
export function addOnOf(
  book: Book,
  depth: FactorDepth,
  loss: number,
  volumeFraction: number,
): AddOn | null {
  const deltas = deltasOf(book)
  let long = 0
  let short = 0
  for (const delta of deltas.values()) {
    if (delta > 0) long += delta
    else short -= delta
  }
  const quantity = Math.max(long, short)
  if (!(quantity > 0)) return null
  const shares = [...deltas].flatMap(([leg, delta]) => {
    const traded = long >= short ? delta : -delta
    return traded > 0 ? [{ leg, share: traded / quantity }] : []
  })
  const charge = chargeOf(depth, quantity, loss, volumeFraction)
  return { factor: book.factor, quantity, ...charge, shares }
}

/** Charges of an underlying of which `quantity` must be traded, in the numeraire. */
export function chargeOf(
  { dailyVolume, points }: FactorDepth,
  quantity: number,
  loss: number,
  volumeFraction: number,
): Pick<AddOn, 'liquidity' | 'concentration' | 'multiplier'> {
  const multiplier =
    dailyVolume === null
      ? 1
      : concentrationMultiplier({
          quantity,
          averageDailyVolume: dailyVolume,
          fraction: volumeFraction,
        })
  const haircut = points.length === 0 ? 0 : liquidityHaircut(curveOf(points), quantity).haircut
  return { liquidity: haircut * quantity, concentration: (multiplier - 1) * loss, multiplier }
}

/** Marginal prices of a depth, per unit of its mid. */
export function curveOf(points: FactorDepth['points']): DepthCurve {
  return {
    kind: 'points',
    mid: 1,
    points: points.map(({ notional, price }) => ({ quantity: notional, price })),
  }
}

/** Numeraire per +100 % of the factor, by leg. */
function deltasOf({ linear, options }: Book): ReadonlyMap<string, number> {
  const deltas = new Map<string, number>()
  for (const { leg, value, elasticity } of linear) {
    deltas.set(leg, (deltas.get(leg) ?? 0) + value * elasticity)
  }
  for (const { leg, quantity, isCall, forward, strike, impliedVolatility, years } of options) {
    const delta = forwardDelta(isCall, forward, strike, impliedVolatility * Math.sqrt(years))
    deltas.set(leg, (deltas.get(leg) ?? 0) + quantity * delta * forward)
  }
  return deltas
}
