import type { FactorId, MarketState, Provenance } from '@plimsoll/model'
import { factorId, MARKET_STATE_FORMAT } from '@plimsoll/model'

const DAY_MS = 86_400_000
const VALID_DAYS = 90

/** 2026-11-24T00:00:00Z. */
const CALIBRATED_MS = 1_795_478_400_000
/** 2026-03-15T00:00:00Z: the closes of 14 March. */
const LAST_CLOSE_MS = 1_773_532_800_000
const YEAR_MS = 365 * DAY_MS

const closes = (symbol: string, fromMs: number): Provenance => ({
  source: `Daily closes of ${symbol} in USD, log returns about 0: volatility = highest EWMA (0.94) of the last 365 days, stressed = highest of 90 days, floor = all; rounded up`,
  asOfMs: LAST_CLOSE_MS,
  observed: { fromMs, toMs: LAST_CLOSE_MS },
})

const spot = (
  symbol: string,
  fromMs: number,
  volatility: number,
  stressed: number,
  floor: number,
): MarketState['volatilities'][number] => ({
  factor: factorId(`spot:${symbol}`),
  calibration: 'default',
  volatility,
  stressed,
  floor,
  provenance: closes(symbol, fromMs),
})

const correlation = (a: string, b: string, value: number): MarketState['correlations'][number] => ({
  factors: [factorId(`spot:${a}`), factorId(`spot:${b}`)],
  value,
  provenance: {
    source: `Daily log returns of ${a} and ${b}: of the last 365 days, when it was higher than in all common days since 2020-04-11; rounded up`,
    asOfMs: LAST_CLOSE_MS,
    observed: { fromMs: LAST_CLOSE_MS - YEAR_MS, toMs: LAST_CLOSE_MS },
  },
})

const chosen = (source: string): Provenance => ({
  source,
  asOfMs: CALIBRATED_MS,
  observed: null,
})

/** Groups of pegs that break alike. */
const PEGS: readonly {
  readonly factors: readonly string[]
  readonly down: number
  readonly up: number
  readonly source: string
}[] = [
  {
    factors: ['USDC/USD', 'USDT/USD', 'DAI/USD', 'USDS/USD', 'PYUSD/USD', 'RLUSD/USD', 'USDG/USD'],
    down: 0.13,
    up: 0.03,
    source:
      'Down: USDC at 0.877 on 2023-03-11, taken for all that banks or it stand behind; up: USDT at 1.020 on 2020-08-13, and more',
  },
  {
    factors: ['USDe/USD'],
    down: 0.34,
    up: 0.03,
    source: 'Down: 34 % on one venue on 2025-10-10',
  },
  {
    factors: [
      'wstETH/ETH',
      'rETH/ETH',
      'cbETH/ETH',
      'weETH/ETH',
      'WBTC/BTC',
      'cbBTC/BTC',
      'tBTC/BTC',
    ],
    down: 0.15,
    up: 0.05,
    source:
      'Down: 15 %, what the bridge failure of 2026-04-18 cost every holder of a restaked ether alike; up: a choice',
  },
  {
    factors: ['rsETH/ETH', 'ezETH/ETH'],
    down: 0.74,
    up: 0.05,
    source:
      'Down: 73.5 % where the bridge failure of 2026-04-18 fell on one side alone; up: a choice',
  },
]

const surface = (up: number, down: number, source: string) => ({
  up,
  down,
  shortPower: 0.3,
  longPower: 0.13,
  floorDays: 1,
  provenance: chosen(source),
})

const WIDEST =
  'The widest shock of volatility in the recorded portfolio margins of options exchanges, 60 % up and 30 % down, with their powers of time'

/**
 * A conservative calibration for where nothing newer is read: it expires 90 days after 24 November
 * 2026. Its daily closes end on 14 March 2026, so that it takes the highest volatility of their last
 * year for the present one. Figures derived from it are bounds from the past, not today's market.
 */
export const DEFAULT_MARKET_STATE: MarketState = {
  format: MARKET_STATE_FORMAT,
  source: 'Plimsoll default calibration (daily closes to 2026-03-14)',
  asOfMs: CALIBRATED_MS,
  expiresAtMs: CALIBRATED_MS + VALID_DAYS * DAY_MS,
  volatilities: [
    spot('BTC', 1_410_998_400_000, 1.01, 1.41, 0.68),
    spot('ETH', 1_510_272_000_000, 1.23, 1.56, 0.87),
    spot('SOL', 1_586_563_200_000, 1.36, 2.18, 1.21),
  ],
  pegs: PEGS.flatMap(({ factors, down, up, source }) =>
    factors.map((name) => ({
      factor: pegFactor(name),
      down,
      up,
      provenance: chosen(source),
    })),
  ),
  impliedVolatilities: ['BTC', 'ETH'].map((symbol) => ({
    factor: factorId(`iv:${symbol}`),
    ...surface(0.6, 0.3, WIDEST),
  })),
  correlations: [
    correlation('BTC', 'ETH', 0.85),
    correlation('BTC', 'SOL', 0.84),
    correlation('ETH', 'SOL', 0.88),
  ],
  depths: [],
  histories: [],
  surfaces: [],
  fundings: [],
  defaults: {
    spot: {
      volatility: 2,
      stressed: 3,
      floor: 2,
      provenance: chosen(
        'Class default of a spot factor that nobody calibrated: 200 % a year, 300 % stressed',
      ),
    },
    peg: {
      down: 0.75,
      up: 0.25,
      provenance: chosen(
        'Class default of a peg that no table lists: 73.5 % and more was lost on 2026-04-18',
      ),
    },
    impliedVolatility: surface(1.2, 0.6, `Class default, twice: ${WIDEST}`),
  },
}

function pegFactor(name: string): FactorId {
  return factorId(`peg:${name}`)
}
