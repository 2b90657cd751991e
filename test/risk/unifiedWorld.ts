import type { FactorId, Leg, MarketState, Portfolio } from '@plimsoll/model'
import { factorId, MARKET_STATE_FORMAT } from '@plimsoll/model'
import type { UnifiedMargin, UnifiedOptions } from '@plimsoll/risk/unified'
import { unifiedMargin } from '@plimsoll/risk/unified'
import { account, BTC, ETH, NOW_MS, PEG_STAKED, PEG_USDC, portfolioOf } from './toyWorld.js'

const provenance = { source: 'test', asOfMs: NOW_MS - 86_400_000, observed: null }

/** Round numbers: daily volatilities of 4 and 3 %, present, stressed and floor alike. */
const daily = (factor: FactorId, percent: number): MarketState['volatilities'][number] => {
  const volatility = (percent / 100) * Math.sqrt(365)
  return { factor, calibration: 'observed', volatility, stressed: volatility, floor: 0, provenance }
}
const surface = { shortPower: 0.3, longPower: 0.13, floorDays: 1, provenance }

export const MARKET: MarketState = {
  format: MARKET_STATE_FORMAT,
  source: 'test',
  asOfMs: NOW_MS - 86_400_000,
  expiresAtMs: NOW_MS + 86_400_000,
  volatilities: [daily(ETH, 4), daily(BTC, 3)],
  pegs: [
    { factor: PEG_USDC, down: 0.1, up: 0.02, provenance },
    { factor: PEG_STAKED, down: 0.15, up: 0.05, provenance },
  ],
  impliedVolatilities: [{ factor: factorId('iv:ETH'), up: 0.5, down: 0.25, ...surface }],
  correlations: [{ factors: [BTC, ETH], value: 0.8, provenance }],
  depths: [],
  histories: [],
  surfaces: [],
  fundings: [],
  defaults: {
    spot: { volatility: 2, stressed: 3, floor: 2, provenance },
    peg: { down: 0.75, up: 0.25, provenance },
    impliedVolatility: { up: 1, down: 0.5, ...surface },
  },
}

/** Largest log moves: 2.823871 × 4 % and × 3 %, rounded up to whole steps of 0.25 %. */
export const RANGE = { eth: 0.115, btc: 0.085 }

export const held = (...legs: readonly Leg[]): Portfolio =>
  portfolioOf([account('toy/1/a', 'toy-perps', legs)])

export const asked = (
  portfolio: Portfolio,
  options: Partial<UnifiedOptions> = {},
  market: MarketState = MARKET,
): UnifiedMargin => unifiedMargin(portfolio, market, { nowMs: NOW_MS, ...options })

/** The margin before add-ons. */
export const scaledOf = ({ parts }: UnifiedMargin): number => parts.spot + parts.peg

/** A market whose every covariance is k times as large. */
export function withCovariance(market: MarketState, k: number): MarketState {
  const grown = <Row extends { volatility: number; stressed: number; floor: number }>(
    row: Row,
  ) => ({
    ...row,
    volatility: row.volatility * Math.sqrt(k),
    stressed: row.stressed * Math.sqrt(k),
    floor: row.floor * Math.sqrt(k),
  })
  return {
    ...market,
    volatilities: market.volatilities.map(grown),
    defaults: { ...market.defaults, spot: grown(market.defaults.spot) },
  }
}
