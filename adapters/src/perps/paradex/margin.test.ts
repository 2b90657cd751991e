import { evaluateScenarioTest, optionPrice } from '@plimsoll/risk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liquidationStep } from './liquidation.js'
import { crossMargin, optionRequirement } from './margin-cross.js'
import type { PortfolioParameters, Underlying } from './margin-portfolio.js'
import { deltaExposure, portfolioTest } from './margin-portfolio.js'
import { optionQuoteNow } from './margin-pricing.js'
import type { Holdings, Market, OptionMarket, PerpMarket, Position } from './positions.js'
import { marketOf } from './positions.js'

const DAY = 86_400
const NOW = 1_790_000_000
const SPOT = 80_000

const perp: PerpMarket = {
  kind: 'perp',
  mark: 80_100,
  underlying: SPOT,
  delta: 1,
  feeRate: 0,
  parameters: { initialFraction: 0.02, maintenanceFactor: 0.5 },
}
const fractions = (scale: number) => ({
  longInTheMoney: 0.2 * scale,
  premiumMultiplier: scale,
  shortInTheMoney: 0.15 * scale,
  shortOutOfTheMoney: 0.1 * scale,
  shortPutCap: 0.5,
})
const call: OptionMarket = {
  kind: 'option',
  right: 'call',
  strike: 85_000,
  expiry: NOW + 40 * DAY,
  impliedVolatility: 0.5,
  mark: 3_300,
  underlying: SPOT,
  delta: 0.4,
  feeRate: 0,
  parameters: { initial: fractions(1), maintenance: fractions(0.5) },
}
const put: OptionMarket = { ...call, right: 'put', strike: 70_000, mark: 1_500, delta: -0.2 }

const MARKETS: { readonly [symbol: string]: Market } = { PERP: perp, CALL: call, PUT: put }
type Parts = Partial<Omit<Holdings, 'markets'>> & { readonly markets?: typeof MARKETS }
const holdings = ({ markets = MARKETS, ...parts }: Parts): Holdings => ({
  markets: new Map(Object.entries(markets)),
  positions: [],
  orders: [],
  balances: [],
  ...parts,
})

const underlying: Underlying = { spot: SPOT, perpMark: 80_100, fundingRate: 0, interestRate: 0 }
const parameters: PortfolioParameters = {
  hedgedFactor: 0.01,
  unhedgedFactor: 0.02,
  maintenanceFactor: 0.5,
  volatility: { shortPower: 0.3, longPower: 0.13, floorDays: 1, minimumUp: 0.4 },
  scenarios: [
    { spot: 0.16, volatility: 0.4, weight: 1 },
    { spot: 0, volatility: -0.22, weight: 1 },
    { spot: -0.16, volatility: 0.4, weight: 1 },
    { spot: 1, volatility: 0.4, weight: 0.12 },
  ],
}

function scan(parts: Parts, around: Partial<Underlying & { readonly at: number }> = {}) {
  const { at = NOW, ...rest } = around
  return evaluateScenarioTest(
    portfolioTest(holdings(parts), { ...underlying, ...rest }, parameters, {
      name: 'BTC',
      at,
      cash: [],
      spotMark: -1,
      perpMark: -1,
      tokenMark: () => -1,
    }),
  )
}
const pnlOf = (result: ReturnType<typeof scan>) => result.books[0]?.scenarios ?? []

describe('optionRequirement', () => {
  const { initial } = call.parameters

  it('asks of a long the lower of its premium and a share of spot', () => {
    expect(optionRequirement(call, initial, 'long', 2)).toBe(2 * 3_300)
    expect(optionRequirement({ ...call, mark: 20_000 }, initial, 'long', 2)).toBe(2 * 0.2 * SPOT)
  })

  it('asks of a short a share of spot less what it is out of the money, and no less than another', () => {
    expect(optionRequirement(call, initial, 'short', 1)).toBe(0.1 * SPOT)
    expect(optionRequirement({ ...call, strike: 82_000 }, initial, 'short', 1)).toBe(
      0.15 * SPOT - 2_000,
    )
    expect(optionRequirement({ ...call, strike: 60_000 }, initial, 'short', 1)).toBe(0.15 * SPOT)
    expect(optionRequirement(put, initial, 'short', 1)).toBe(0.1 * SPOT)
    expect(optionRequirement({ ...put, strike: 79_000 }, initial, 'short', 1)).toBe(
      0.15 * SPOT - 1_000,
    )
  })

  it('caps short puts, never short calls', () => {
    const steep = { ...initial, shortInTheMoney: 0.8 }
    expect(optionRequirement({ ...put, strike: 90_000 }, steep, 'short', 1)).toBe(0.5 * SPOT)
    expect(optionRequirement({ ...call, strike: 60_000 }, steep, 'short', 1)).toBe(0.8 * SPOT)
  })
})

describe('crossMargin', () => {
  it('nets the entries of a market, and asks for the worse side with its orders', () => {
    const margin = crossMargin(
      holdings({
        positions: [
          { market: 'PERP', size: 3 },
          { market: 'PERP', size: -1 },
        ],
        orders: [
          { market: 'PERP', size: 1, price: 80_000 },
          { market: 'PERP', size: -5, price: 81_000 },
        ],
      }),
    )
    const one = margin.markets.get('PERP')
    expect(one).toMatchObject({ size: 2, buyOpenSize: 3, sellOpenSize: 3 })
    expect(margin.initialMargin).toBeCloseTo(3 * 80_100 * 0.02, 9)
    expect(margin.maintenanceMargin).toBeCloseTo(2 * 80_100 * 0.02 * 0.5, 9)
  })

  it('charges what orders lose at once to initial margin alone', () => {
    const orders = [
      { market: 'PERP', size: 2, price: 80_200 },
      { market: 'PERP', size: -1, price: 79_900 },
    ]
    const margin = crossMargin(holdings({ orders }))
    expect(margin.markets.get('PERP')?.openLoss).toBe(2 * 100 + 1 * 200)
    expect(margin.maintenanceMargin).toBe(0)
  })

  it('adds balances in other assets at their whole value, owed or owned', () => {
    const balances = [
      { token: 'BTC', size: 0.5, price: 80_000 },
      { token: 'ETH', size: -2, price: 3_000 },
    ]
    const margin = crossMargin(holdings({ balances }))
    expect(margin.initialMargin).toBe(46_000)
    expect(margin.maintenanceMargin).toBe(46_000)
  })

  it('reserves fees by the larger side: of perpetuals on the mark, of options at most an eighth of it', () => {
    const markets = {
      PERP: { ...perp, feeRate: 0.0004 },
      CALL: { ...call, feeRate: 0.0004 },
      PUT: { ...put, feeRate: 0.0004, mark: 100 },
    }
    const fees = (market: string) =>
      crossMargin(
        holdings({
          markets,
          positions: [{ market, size: 1 }],
          orders: [{ market, size: 1, price: 1 }],
        }),
      ).markets.get(market)
    expect(fees('PERP')?.maintenanceFees).toBeCloseTo(0.0004 * 80_100, 9)
    expect(fees('PERP')?.initialFees).toBeCloseTo(2 * 0.0004 * 80_100, 9)
    expect(fees('CALL')?.maintenanceFees).toBeCloseTo(0.0004 * SPOT, 9)
    expect(fees('PUT')?.maintenanceFees).toBeCloseTo(0.125 * 100, 9)
  })
})

describe('portfolioTest', () => {
  it('measures the P&L of every scenario against the mark, off the model or not', () => {
    const positions = [{ market: 'CALL', size: 2 }]
    const usual = pnlOf(scan({ positions }))
    const dearer = pnlOf(
      scan({ positions, markets: { ...MARKETS, CALL: { ...call, mark: call.mark + 10 } } }),
    )
    const weights = parameters.scenarios.map(({ weight }) => weight)
    for (const [index, weight] of weights.entries()) {
      const fallen = (usual[index] ?? Number.NaN) - (dearer[index] ?? Number.NaN)
      expect(fallen).toBeCloseTo(2 * 10 * weight, 8)
    }
  })

  it('moves a perpetual with its basis', () => {
    expect(pnlOf(scan({ positions: [{ market: 'PERP', size: -1 }] }))[0]).toBeCloseTo(
      -80_100 * 0.16,
      8,
    )
  })

  /** P&L of one call in the first scenario, with spot 16 % higher. */
  const shocked = (volatility: number, days: number): number => {
    const total = volatility * Math.sqrt(days / 365)
    return optionPrice(true, true, SPOT * 1.16, call.strike, total) - call.mark
  }
  const pnlAt = (days: number, impliedVolatility = 0.5): number =>
    pnlOf(
      scan({
        positions: [{ market: 'CALL', size: 1 }],
        markets: { CALL: { ...call, impliedVolatility, expiry: NOW + days * DAY } },
      }),
    )[0] ?? Number.NaN

  it.each([
    ['below 30 days by the short power', 10, 0.5 * (1 + 0.4 * 3 ** 0.3)],
    ['at exactly 30 days unscaled, whichever power applies', 30, 0.5 * 1.4],
    ['above 30 days by the long power', 60, 0.5 * (1 + 0.4 * 0.5 ** 0.13)],
    ['below the floor of days as at the floor', 0.25, 0.5 * (1 + 0.4 * 30 ** 0.3)],
  ])('scales the shock of volatility %s', (_name, days, volatility) => {
    expect(pnlAt(days)).toBeCloseTo(shocked(volatility, days), 7)
  })

  it('lifts an upward shock to the least volatility', () => {
    expect(pnlAt(40, 0.1)).toBeCloseTo(shocked(0.4, 40), 7)
  })

  it('fades the P&L of options out over the last 30 minutes, and keeps their deltas', () => {
    const positions = [{ market: 'CALL', size: -1 }]
    const before = (seconds: number) =>
      scan({ positions, markets: { CALL: { ...call, mark: 0, expiry: NOW + seconds } } })
    const whole = optionPrice(true, true, SPOT * 1.16, call.strike, 0)
    expect(pnlOf(before(900))[0]).toBeCloseTo(-whole / 2, 4)
    expect(pnlOf(before(0))).toEqual([0, 0, 0, 0])
    expect(before(0).initial.requirement).toBeCloseTo(0.02 * 0.4 * SPOT, 8)
  })

  it('counts no scenario where nothing loses, and asks for the minimum on deltas', () => {
    const markets = { CALL: { ...call, mark: 0, delta: 0 } }
    const { initial } = scan({ positions: [{ market: 'CALL', size: 1 }], markets })
    expect(initial).toMatchObject({ requirement: 0, binding: { kind: 'none' } })
  })

  it('lets an order lose and never gain', () => {
    const { books, initial, maintenance } = scan({
      orders: [{ market: 'PERP', size: 1, price: 80_000 }],
    })
    expect(books[0]?.orders[0]).toBeCloseTo(0, 12)
    expect(books[0]?.orders[2]).toBeCloseTo(80_100 * 0.84 - 80_000, 8)
    expect(initial.requirement).toBeCloseTo(80_000 - 80_100 * 0.84, 8)
    expect(maintenance.requirement).toBe(0)
  })

  it('halves the loss for maintenance, and not the provisions', () => {
    const positions = [{ market: 'PERP', size: 1 }]
    const balances = [{ token: 'BTC', size: 1, price: 500 }]
    const markets = { PERP: { ...perp, feeRate: 0.001 } }
    const { maintenance, initial } = scan({ positions, balances, markets }, { fundingRate: 0.0002 })
    const provisions = 0.0002 * SPOT + 0.001 * 80_100 + 500
    expect(initial.requirement).toBeCloseTo(0.16 * 80_100 + provisions, 8)
    expect(maintenance.requirement).toBeCloseTo((0.16 * 80_100) / 2 + provisions, 8)
  })

  it('sets orders against positions in the funding of initial margin', () => {
    const positions = [{ market: 'PERP', size: 1 }]
    const orders = [{ market: 'PERP', size: 3, price: 1 }]
    const funding = (margin: 'initial' | 'maintenance', fundingRate: number) =>
      scan({ positions, orders }, { fundingRate })[margin].contingencies.find(
        ({ name }) => name === 'funding',
      )?.amount
    expect(funding('initial', 0.0002)).toBe(0)
    expect(funding('maintenance', 0.0002)).toBeCloseTo(0.0002 * SPOT, 9)
    expect(funding('initial', -0.0002)).toBeCloseTo(2 * 0.0002 * SPOT, 9)
    expect(funding('maintenance', -0.0002)).toBe(0)
  })
})

describe('deltaExposure', () => {
  it('keeps several entries of one market apart', () => {
    const apart = deltaExposure(
      holdings({
        positions: [
          { market: 'PERP', size: 3 },
          { market: 'PERP', size: -1 },
        ],
      }),
    )
    expect(apart).toEqual({ net: 2, maxLong: 3, maxShort: 1, unhedged: 2, hedged: 1 })
  })

  it('counts an order as hedged only against positions', () => {
    const exposure = deltaExposure(
      holdings({
        positions: [{ market: 'PERP', size: 2 }],
        orders: [{ market: 'PERP', size: -3, price: 1 }],
      }),
    )
    expect(exposure).toEqual({ net: -1, maxLong: 2, maxShort: 3, unhedged: 2, hedged: 1 })
  })
})

describe('optionQuoteNow', () => {
  const quoted = {
    right: call.right,
    strike: call.strike,
    expiry: call.expiry,
    mark: call.mark,
    delta: call.delta,
    spot: SPOT,
    volatility: 0.5,
  }

  it("is the venue's own quote where nothing moved", () => {
    const now = { spot: SPOT, volatility: 0.5, interestRate: 0.01, at: NOW }
    expect(optionQuoteNow(quoted, now)).toEqual({ mark: 3_300, delta: 0.4 })
  })

  it('keeps its distance from the model at other prices', () => {
    const now = { spot: 90_000, volatility: 0.6, interestRate: 0, at: NOW }
    const root = Math.sqrt(40 / 365)
    const moved =
      optionPrice(true, true, 90_000, 85_000, 0.6 * root) -
      optionPrice(true, true, SPOT, 85_000, 0.5 * root)
    expect(optionQuoteNow(quoted, now).mark).toBeCloseTo(3_300 + moved, 8)
  })
})

describe('liquidationStep', () => {
  it("is the example of the venue's document", () => {
    const step = liquidationStep({ accountValue: 80, maintenanceMargin: 88.8, liquidationFee: 0.5 })
    expect(step?.share).toBe(0.4)
    expect(step?.penalty).toBeCloseTo(17.76, 10)
    expect((step?.maintenanceMargin ?? 0) / (step?.accountValue ?? 1)).toBeCloseTo(0.856, 3)
  })

  it('leaves an account alone whose value meets its maintenance margin', () => {
    const healthy = { accountValue: 100, maintenanceMargin: 100, liquidationFee: 0.7 }
    expect(liquidationStep(healthy)).toBeNull()
  })

  it('takes everything where no share is enough', () => {
    const step = liquidationStep({ accountValue: -5, maintenanceMargin: 100, liquidationFee: 0.7 })
    expect(step).toEqual({ share: 1, penalty: 70, accountValue: -75, maintenanceMargin: 0 })
  })
})

describe('margins of any portfolio', () => {
  const position: fc.Arbitrary<Position> = fc.record({
    market: fc.constantFrom('PERP', 'CALL', 'PUT'),
    size: fc.double({ min: -10, max: 10, noNaN: true }).filter((size) => Math.abs(size) > 1e-6),
  })
  const positions = fc.array(position, { minLength: 1, maxLength: 6 })
  const initialOf = {
    cross: (list: readonly Position[]) => crossMargin(holdings({ positions: list })).initialMargin,
    portfolio: (list: readonly Position[]) => scan({ positions: list }).initial.requirement,
  }
  const gross = (list: readonly Position[]): number =>
    list.reduce(
      (sum, { market, size }) => sum + Math.abs(size) * marketOf(holdings({}), market).underlying,
      0,
    )

  it.each(['cross', 'portfolio'] as const)('is sub-additive in %s margin', (mode) => {
    fc.assert(
      fc.property(positions, positions, (a, b) => {
        const together = initialOf[mode]([...a, ...b])
        const apart = initialOf[mode](a) + initialOf[mode](b)
        expect(together).toBeLessThanOrEqual(apart + 1e-12 * gross([...a, ...b]))
      }),
      { numRuns: 60 },
    )
  })

  it.each(['cross', 'portfolio'] as const)('grows in proportion in %s margin', (mode) => {
    fc.assert(
      fc.property(positions, (list) => {
        const twice = list.map(({ market, size }) => ({ market, size: 2 * size }))
        const off = Math.abs(initialOf[mode](twice) - 2 * initialOf[mode](list))
        expect(off).toBeLessThanOrEqual(1e-12 * gross(list))
      }),
      { numRuns: 60 },
    )
  })
})
