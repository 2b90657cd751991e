import type { FactorId } from '@plimsoll/model'
import type { MarginSystem } from '@plimsoll/risk/compare'
import { bookSystem } from '../bookSystem.js'
import {
  NAKED_NOT_MODELLED,
  nakedBookMargin,
  type ProductParameters,
  spreadBookMargin,
} from './margin.js'

const SOURCE = 'MarginCalculator of opynfinance/GammaProtocol (2022-08)'

/**
 * Fully collateralised vaults of Opyn Gamma as a margin system for `compareMargin`.
 *
 * @example
 * compareMargin(portfolio, { systems: [opynSpreadSystem()], nowMs })
 */
export function opynSpreadSystem(): MarginSystem {
  return bookSystem({
    id: 'opyn-gamma/spread',
    name: 'Opyn Gamma (collateralised vaults)',
    fidelity: { grade: 'modelled' },
    source: SOURCE,
    notModelled: [],
    counts: 'collateral',
    margin: spreadBookMargin,
  })
}

/** Naked puts of the recorded truth. */
const TRUTH_CASES = 3

/**
 * Naked vaults of Opyn Gamma as a margin system for `compareMargin`.
 *
 * @param parameters of the products of an underlying; null where it has none
 */
export function opynNakedSystem(
  parameters: (underlying: FactorId) => ProductParameters | null,
): MarginSystem {
  return bookSystem({
    id: 'opyn-gamma/naked',
    name: 'Opyn Gamma (naked vaults)',
    fidelity: { grade: 'verified', cases: TRUTH_CASES },
    source: `${SOURCE}; parameters of the caller`,
    notModelled: NAKED_NOT_MODELLED,
    counts: 'collateral',
    margin: (book, underlying) => {
      const found = parameters(underlying)
      return found === null ? null : nakedBookMargin(book, found)
    },
  })
}
