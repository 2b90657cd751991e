import type { FactorId } from '@plimsoll/model'
import type { MarginSystem } from '@plimsoll/risk/compare'
import { bookSystem } from '../bookSystem.js'
import type { LyraParameters } from './margin.js'
import { bookMargin } from './margin.js'

/** Recorded answers of the contract, and random positions on it. */
const CASES = 10

/**
 * Lyra v1's minimum collateral as a margin system for `compareMargin`: every option sold stands alone.
 *
 * @param parameters of the market of an underlying; null where it has none
 * @param callCollateral what short calls are backed with
 *
 * @example
 * compareMargin(portfolio, { systems: [lyraV1System(() => LYRA_V1_RECORDED, 'quote')], nowMs })
 */
export function lyraV1System(
  parameters: (underlying: FactorId) => LyraParameters | null,
  callCollateral: 'base' | 'quote',
): MarginSystem {
  return bookSystem({
    id: `lyra-v1/${callCollateral}`,
    name: 'Lyra v1',
    fidelity: { grade: 'verified', cases: CASES },
    source: 'OptionGreekCache of @lyrafinance/protocol 0.1.3-alpha; parameters of the caller',
    notModelled: [],
    counts: 'collateral',
    margin: (book, underlying) => {
      const found = parameters(underlying)
      return found === null ? null : bookMargin(book, found, callCollateral)
    },
  })
}
