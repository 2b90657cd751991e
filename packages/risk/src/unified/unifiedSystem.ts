import type { MarketState } from '@plimsoll/model'
import { marketStateExpired } from '@plimsoll/model'
import type { Positions } from '../compare/positions.js'
import type { MarginSystem, SystemMargin } from '../compare/system.js'
import { MarginSystemError } from '../compare/system.js'
import { booksOfPositions } from './books.js'
import { calibrationOf } from './calibration.js'
import { checkMarket } from './checkMarket.js'
import type { UnifiedParameters } from './parameters.js'
import { parametersOf } from './parameters.js'
import { requirementOf } from './requirement.js'

/**
 * The unified margin as a margin system, to stand beside those of venues in {@link compareMargin}.
 *
 * @example
 * compareMargin(portfolio, { systems: [unifiedSystem(DEFAULT_MARKET_STATE)], nowMs })
 *
 * @throws UnifiedMarginError when a parameter or a number of the market state is out of its range.
 */
export function unifiedSystem(
  market: MarketState,
  given: Partial<UnifiedParameters> = {},
): MarginSystem {
  checkMarket(market)
  const parameters = parametersOf(given)
  return {
    id: 'unified',
    name: market.volatilities.every(({ calibration }) => calibration === 'default')
      ? 'Plimsoll unified (default calibration)'
      : 'Plimsoll unified',
    fidelity: { grade: 'modelled' },
    source: `${market.source}, as of ${day(market.asOfMs)}, until ${day(market.expiresAtMs)}`,
    notModelled: ['pegs of spot'],
    require: (positions) => systemMargin(positions, market, parameters),
  }
}

function systemMargin(
  positions: Positions,
  market: MarketState,
  parameters: UnifiedParameters,
): SystemMargin {
  const nowMs = positions.at * 1000
  if (marketStateExpired(market, nowMs)) {
    throw new MarginSystemError(
      `The market state “${market.source}” of ${day(market.asOfMs)} expired on ${day(market.expiresAtMs)}. Give a newer one.`,
    )
  }
  const calibration = calibrationOf(market, parameters, nowMs)
  const books = booksOfPositions(positions)
  const { initial, maintenance, worst, underlyings } = requirementOf(
    books,
    calibration,
    market.depths,
    parameters,
  )
  const losing = underlyings.filter((margin) => margin[margin.counted].loss > 0)
  return {
    initial,
    maintenance,
    worst:
      worst !== null && losing.length > 1
        ? { ...worst, label: 'each underlying its own worst' }
        : worst,
    contributions: underlyings.flatMap((margin) =>
      margin[margin.counted].byLeg.map(({ leg, loss }) => ({
        book: margin.factor,
        leg,
        profit: loss === 0 ? 0 : -loss,
      })),
    ),
  }
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
