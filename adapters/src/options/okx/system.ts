import type { FactorId } from '@plimsoll/model'
import type { MarginSystem } from '@plimsoll/risk/compare'
import { bookSystem } from '../bookSystem.js'
import type { OkxParameters } from './margin.js'
import { OKX_NOT_MODELLED, portfolioMargin } from './margin.js'

/**
 * The documented parts of OKX's portfolio margin as a margin system for `compareMargin`.
 *
 * @param parameters of the risk unit of an underlying; null where it has none
 *
 * @example
 * const majors = { ...OKX_MOVES_2025['bitcoin-ether'], depegTiers: OKX_DEPEG_EXAMPLE, initialFactor: OKX_INITIAL_FACTOR }
 * compareMargin(portfolio, { systems: [okxSystem(() => majors)], nowMs })
 */
export function okxSystem(
  parameters: (underlying: FactorId) => OkxParameters | null,
): MarginSystem {
  return bookSystem({
    id: 'okx',
    name: 'OKX PM (documented parts)',
    fidelity: { grade: 'modelled' },
    source: "the venue's help pages of 2024-12 and 2025-07",
    notModelled: [...OKX_NOT_MODELLED, 'MR6: extreme move', 'MR9: stablecoin depeg'],
    counts: 'equity',
    margin: (book, underlying) => {
      const found = parameters(underlying)
      // Which stablecoin a position is quoted in is not a part of a book.
      return found === null ? null : portfolioMargin(book, found, 0)
    },
  })
}
