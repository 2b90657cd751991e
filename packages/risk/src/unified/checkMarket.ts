import type {
  ImpliedVolatilityStress,
  MarketState,
  PegStress,
  SpotVolatility,
} from '@plimsoll/model'
import { UnifiedMarginError } from './errors.js'

const LEAST_DEFAULT_VOLATILITY = 2

/**
 * Checks what would make a margin too low: numbers that are none, a factor twice, a default below
 * 200 % a year. `checkMarketState` of the model checks the whole format, for what comes from outside.
 *
 * @throws UnifiedMarginError
 */
export function checkMarket(market: MarketState): void {
  const { volatilities, pegs, impliedVolatilities, correlations, depths, defaults } = market
  for (const row of volatilities) checkSpot(row.factor, row)
  for (const row of pegs) checkPeg(row.factor, row)
  for (const row of impliedVolatilities) checkSurface(row.factor, row)
  checkSpot('an unlisted spot factor', defaults.spot)
  checkPeg('an unlisted peg', defaults.peg)
  checkSurface('an unlisted underlying', defaults.impliedVolatility)
  for (const { factors, value } of correlations) {
    check(`correlation of ${factors.join(' and ')}`, value, -1, 1)
  }
  check('volatility of an unlisted spot factor', defaults.spot.volatility, LEAST_DEFAULT_VOLATILITY)
  for (const rows of [volatilities, pegs, impliedVolatilities, depths]) {
    checkUnique(rows.map(({ factor }) => factor))
  }
  checkUnique(correlations.map(({ factors }) => [...factors].sort().join(' and ')))
}

function checkSpot(of: string, { volatility, stressed, floor }: SpotVolatility): void {
  check(`volatility of ${of}`, volatility)
  check(`stressed volatility of ${of}`, stressed)
  check(`floor volatility of ${of}`, floor)
}

function checkPeg(of: string, { down, up }: PegStress): void {
  check(`fall of ${of}`, down, 0, 1)
  check(`rise of ${of}`, up)
}

function checkSurface(of: string, surface: ImpliedVolatilityStress): void {
  check(`rise of volatility of ${of}`, surface.up)
  check(`fall of volatility of ${of}`, surface.down, 0, 1)
  check(`short power of ${of}`, surface.shortPower)
  check(`long power of ${of}`, surface.longPower)
  check(`least days of ${of}`, surface.floorDays, Number.MIN_VALUE)
}

function check(what: string, value: number, least = 0, most = Number.MAX_VALUE): void {
  if (value >= least && value <= most) return
  const range = most === Number.MAX_VALUE ? `at least ${least}` : `from ${least} to ${most}`
  throw new UnifiedMarginError(
    `The ${what} in the market state is ${value}. It must be ${range}: read the state with parseMarketState, or mend it.`,
  )
}

function checkUnique(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new UnifiedMarginError(
    `The market state has ${twice} twice in one list. Keep the row that holds.`,
  )
}
