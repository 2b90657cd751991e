import type { FactorHistory, MarketState } from '@plimsoll/model'
import { compareText } from '../order.js'
import { logReturns } from './histories.js'
import type { Noter } from './notes.js'

/**
 * The tabled breaks of pegs, or what a history broke by where that was more. A peg without a row of its
 * own gets one when it broke by more than the default assumes.
 *
 * @throws CalibrationError when a history holds what is no price.
 */
export function widenedPegs(
  base: MarketState,
  histories: readonly FactorHistory[],
  note: Noter,
): MarketState['pegs'] {
  const pegs = new Map(base.pegs.map((peg) => [peg.factor, peg]))
  for (const history of histories.filter(({ factor }) => factor.startsWith('peg:'))) {
    const { factor, prices, provenance } = history
    logReturns(history)
    const before = pegs.get(factor) ?? base.defaults.peg
    const lowest = prices.reduce((least, price) => Math.min(least, price), 1)
    const highest = prices.reduce((most, price) => Math.max(most, price), 1)
    const [down, up] = [1 - lowest, highest - 1]
    if (down <= before.down && up <= before.up) continue
    note(
      'peg-broke',
      [factor],
      `${factor} was ${(100 * down).toFixed(1)} % below and ${(100 * up).toFixed(1)} % above its anchor: its stress is widened to that.`,
    )
    pegs.set(factor, {
      factor,
      down: Math.max(before.down, down),
      up: Math.max(before.up, up),
      provenance,
    })
  }
  return [...pegs.values()].sort((a, b) => compareText(a.factor, b.factor))
}
