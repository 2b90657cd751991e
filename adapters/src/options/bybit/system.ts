import type { FactorId } from '@plimsoll/model'
import type { MarginSystem } from '@plimsoll/risk/compare'
import { bookSystem } from '../bookSystem.js'
import type { CrossParameters } from './margin.js'
import { crossBookMargin } from './margin.js'
import type { PortfolioParameters } from './portfolio.js'
import { BYBIT_NOT_MODELLED, portfolioMargin } from './portfolio.js'

/**
 * Bybit's cross margin of options as a margin system for `compareMargin`.
 *
 * @param parameters of an underlying; null where it has none
 *
 * @example
 * compareMargin(portfolio, { systems: [bybitCrossSystem(() => BYBIT_CROSS_2022)], nowMs })
 */
export function bybitCrossSystem(
  parameters: (underlying: FactorId) => CrossParameters | null,
): MarginSystem {
  return bookSystem({
    id: 'bybit/cross',
    name: 'Bybit cross margin (options)',
    fidelity: { grade: 'modelled' },
    source: "the venue's worked examples of 2022; parameters of the caller",
    notModelled: [],
    counts: 'collateral',
    margin: (book, underlying) => {
      const found = parameters(underlying)
      return found === null ? null : crossBookMargin(book, found)
    },
  })
}

/**
 * The documented parts of Bybit's portfolio margin as a margin system for `compareMargin`.
 *
 * @param parameters of an underlying; null where it has none
 */
export function bybitPortfolioSystem(
  parameters: (underlying: FactorId) => PortfolioParameters | null,
): MarginSystem {
  return bookSystem({
    id: 'bybit/portfolio',
    name: 'Bybit PM (documented parts)',
    fidelity: { grade: 'modelled' },
    source: "the venue's help centre; parameters of the caller",
    notModelled: BYBIT_NOT_MODELLED,
    counts: 'equity',
    margin: (book, underlying) => {
      const found = parameters(underlying)
      return found === null ? null : portfolioMargin(book, found)
    },
  })
}
