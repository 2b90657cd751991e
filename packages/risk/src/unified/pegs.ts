import type { FactorId, PegStress } from '@plimsoll/model'
import { power } from '../pricing/power.js'
import type { PegBook } from './book.js'
import type { UsedInput } from './calibration.js'
import type { LegLoss } from './losses.js'
import { legLosses } from './losses.js'

/** What the break of one peg costs. */
export type PegCharge = {
  readonly factor: FactorId
  /** Numeraire, not negative: the worse of a fall and a rise. */
  readonly loss: number
  /** Null where neither costs anything. */
  readonly direction: 'fall' | 'rise' | null
  /** Relative move of the peg, signed. */
  readonly move: number
  readonly used: UsedInput
  /** What each leg loses; they add up to the loss. */
  readonly byLeg: readonly LegLoss[]
}

/**
 * The loss when a peg breaks by its tabled severity, all that is held to it together: what is owed in
 * the pegged asset is repaid with it. The worse of both directions.
 */
export function pegCharge(
  { factor, holdings }: PegBook,
  stress: PegStress,
  used: UsedInput,
): PegCharge {
  const fall = lossesAt(holdings, 1 - stress.down)
  const rise = lossesAt(holdings, 1 + stress.up)
  const none = { factor, loss: 0, direction: null, move: 0, used, byLeg: [] }
  if (!(fall.loss > 0) && !(rise.loss > 0)) return none
  return fall.loss >= rise.loss
    ? { factor, ...fall, direction: 'fall', move: -stress.down, used }
    : { factor, ...rise, direction: 'rise', move: stress.up, used }
}

function lossesAt(
  holdings: PegBook['holdings'],
  multiplier: number,
): { readonly loss: number; readonly byLeg: readonly LegLoss[] } {
  const byLeg = new Map<string, number>()
  for (const { leg, value, elasticity } of holdings) {
    const lost = value * shareLost(multiplier, elasticity)
    byLeg.set(leg, (byLeg.get(leg) ?? 0) + lost)
  }
  let loss = 0
  for (const lost of byLeg.values()) loss += lost
  return { loss, byLeg: legLosses(byLeg) }
}

/** Part of a value that is lost when its peg is multiplied. */
export function shareLost(multiplier: number, elasticity: number): number {
  return 1 - power(multiplier, elasticity)
}
