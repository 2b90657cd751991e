import type {
  ScenarioExpiry,
  ScenarioLinear,
  ScenarioTest,
  StressScenario,
  Term,
} from '@plimsoll/model'
import { exp } from '@plimsoll/risk/pricing'
import { provisions } from './margin-provisions.js'
import type { Holdings, Position } from './positions.js'
import { deltaOf, entriesOf, marketOf } from './positions.js'

/** Portfolio-margin parameters of one underlying, as the venue publishes them. */
export type PortfolioParameters = {
  readonly hedgedFactor: number
  readonly unhedgedFactor: number
  /** Maintenance ÷ initial margin, provisions aside. */
  readonly maintenanceFactor: number
  readonly volatility: {
    /** Powers of 30 ÷ days to expiry. */
    readonly shortPower: number
    readonly longPower: number
    readonly floorDays: number
    /** Least volatility after an upward shock. */
    readonly minimumUp: number
  }
  /** In the venue's order: relative moves of spot and volatility, and the weight of the P&L. */
  readonly scenarios: readonly {
    readonly spot: number
    readonly volatility: number
    readonly weight: number
  }[]
}

/** What the scan reads of the underlying's perpetual, whether it is held or not. */
export type Underlying = {
  /** USD. */
  readonly spot: number
  readonly perpMark: number
  /** Funding that a long pays over the provision's hours, as a fraction of notional. */
  readonly fundingRate: number
  /** Continuous rate of option prices. */
  readonly interestRate: number
}

/** The account around the portfolio, in terms of moving marks; −1 is a constant. */
export type Surroundings = {
  readonly name: string
  /** Unix seconds. */
  readonly at: number
  readonly cash: readonly Term[]
  readonly spotMark: number
  readonly perpMark: number
  readonly tokenMark: (token: string) => number
}

const SECONDS_PER_YEAR = 365 * 86_400
/** Options settle to an average over their last 30 minutes: their P&L fades out with it. */
const SETTLEMENT_SECONDS = 1800

/**
 * Portfolio margin of one underlying as a test of the scenario kernel: the venue's grid with options
 * repriced on spot by Black–Scholes with the polynomial normal distribution, against the venue's own
 * marks; the minimum on deltas; provisions for funding and fees, and balances in other assets, which
 * the maintenance factor leaves alone (tradeparadex/paradex-py 334a7f8, `portfolio_margin`).
 *
 * own engine would refuse a shock.
 */
export function portfolioTest(
  holdings: Holdings,
  underlying: Underlying,
  parameters: PortfolioParameters,
  around: Surroundings,
): ScenarioTest {
  const { spot } = underlying
  const perps = entriesOf(holdings).flatMap(
    ({ market: symbol, leg, size, limitPrice }): readonly ScenarioLinear[] => {
      const market = marketOf(holdings, symbol)
      if (market.kind !== 'perp') return []
      const { delta } = market
      const { perpMark: price } = underlying
      return [{ leg, size, limitPrice, delta, price, mark: around.perpMark, moveLimit: null }]
    },
  )
  return {
    kernel: 'scenario',
    strict: true,
    normalCdf: 'abramowitz-stegun-7.1.26',
    cash: around.cash,
    stable: { mark: -1, value: 1 },
    collateral: [],
    books: [
      {
        name: around.name,
        payoff: 'linear',
        unit: { mark: -1, value: 1 },
        spot,
        spotMark: around.spotMark,
        scenarios: parameters.scenarios.map(stress),
        volatilityShock: {
          shortPower: parameters.volatility.shortPower,
          longPower: parameters.volatility.longPower,
          floorDays: parameters.volatility.floorDays,
          upFloor: { value: parameters.volatility.minimumUp, of: 'shocked' },
        },
        skewShock: null,
        optionDelta: 'forward',
        expiries: expiriesOf(holdings, underlying, around),
        perps,
        collateral: [],
        gainOffset: { share: 1, maximum: null },
        tailDampener: 0,
        contingencies: [
          {
            kind: 'minimum-delta',
            apply: 'competes',
            margin: 'both',
            unhedged: parameters.unhedgedFactor,
            hedged: parameters.hedgedFactor,
          },
          ...provisions(holdings, underlying, around),
        ],
      },
    ],
    across: 'scenario',
    factors: { maintenance: parameters.maintenanceFactor, initial: 1 },
    depeg: null,
  }
}

const stress = ({
  spot,
  volatility,
  weight,
}: PortfolioParameters['scenarios'][number]): StressScenario => ({
  spot: 1 + spot,
  volatility,
  skew: 'none',
  weight,
  extended: false,
})

/** Options by expiry, positions and orders apart, priced on spot against the venue's marks. */
export function expiriesOf(
  holdings: Holdings,
  { spot, interestRate }: Pick<Underlying, 'spot' | 'interestRate'>,
  { at, spotMark }: Pick<Surroundings, 'at' | 'spotMark'>,
): readonly ScenarioExpiry[] {
  const options = entriesOf(holdings).flatMap((entry) => {
    const market = marketOf(holdings, entry.market)
    return market.kind === 'option' ? [{ entry, market }] : []
  })
  const times = [...new Set(options.map(({ market }) => market.expiry))].sort((a, b) => a - b)
  return times.map((expiry): ScenarioExpiry => {
    const left = Math.max(0, expiry - at)
    const years = left / SECONDS_PER_YEAR
    return {
      years,
      forward: spot * exp(interestRate * years),
      forwardMark: spotMark,
      forwardFixed: 0,
      discount: exp(-interestRate * years),
      gainFactor: 1,
      lossFactor: 1,
      profitScale: Math.min(1, left / SETTLEMENT_SECONDS),
      options: options
        .filter(({ market }) => market.expiry === expiry)
        .map(({ entry: { leg, size, limitPrice }, market }) => ({
          leg,
          size,
          limitPrice,
          right: market.right,
          strike: market.strike,
          impliedVolatility: market.impliedVolatility,
          delta: market.delta,
          price: market.mark,
        })),
      futures: [],
    }
  })
}

/** Deltas of an account, entry by entry, in units of the underlying. */
export type DeltaExposure = {
  readonly net: number
  readonly maxLong: number
  readonly maxShort: number
  readonly unhedged: number
  readonly hedged: number
}

/**
 * Deltas that the minimum of initial margin counts: L, S = long and short of positions and orders, l,
 * s = of positions; unhedged = max(0, L − s, S − l), hedged = max(L, S) − unhedged. Entries of one
 * market do not net.
 */
export function deltaExposure(holdings: Holdings): DeltaExposure {
  const { positions, orders } = holdings
  const side = (entries: readonly Position[], sign: 1 | -1): number =>
    entries.reduce((sum, entry) => sum + Math.max(0, sign * deltaOf(holdings, [entry])), 0)
  const long = side(positions, 1)
  const short = side(positions, -1)
  const maxLong = long + side(orders, 1)
  const maxShort = short + side(orders, -1)
  const unhedged = Math.max(0, maxLong - short, maxShort - long)
  return {
    net: deltaOf(holdings, positions) + deltaOf(holdings, orders),
    maxLong,
    maxShort,
    unhedged,
    hedged: Math.max(0, Math.max(maxLong, maxShort) - unhedged),
  }
}
