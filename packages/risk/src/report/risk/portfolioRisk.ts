import type { MarketState, PortfolioRisk } from '@plimsoll/model'
import { currentRisk, nettedBuffer } from './current.js'
import type { RiskInputs } from './inputs.js'
import type { RiskOptions } from './options.js'
import { scoredRisk } from './scored.js'

/** Scores, nearest liquidations, failures of nodes, unified margin and tails under a market state. */
export function portfolioRisk(
  inputs: RiskInputs,
  market: MarketState,
  options: RiskOptions,
): PortfolioRisk {
  const current = currentRisk(inputs, market)
  const scored = scoredRisk(inputs, market, options, current)
  return {
    ...current.parts,
    ...scored,
    nettedBuffer: nettedBuffer(inputs.equity, scored.tail),
  }
}
