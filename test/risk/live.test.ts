import type { Leg, MarginAccount, MarketState, Portfolio } from '@plimsoll/model'
import { parseAmount, toNumber } from '@plimsoll/model'
import {
  assess,
  compile,
  evaluateMultipliers,
  netDeltas,
  scenarioMultipliers,
  worldToday,
} from '@plimsoll/risk'
import { liveMargin } from '@plimsoll/risk/live'
import { black76Greeks, black76Price } from '@plimsoll/risk/pricing'
import { repriceSet, userScenarios } from '@plimsoll/risk/scenarios'
import { unifiedMargin } from '@plimsoll/risk/unified'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalText, lendingAccount, perpsAccount, RUNS } from './arbitraries.js'
import { MODULES } from './toyModules.js'
import {
  account,
  asset,
  BTC,
  cash,
  collateral,
  ETH,
  mark,
  markOf,
  NOW,
  NOW_MS,
  option,
  PRICES,
  perp,
  portfolioOf,
} from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

const DAY = 86_400
const LATER = NOW_MS + 60_000

const depths: MarketState['depths'] = MARKET.volatilities.map(({ factor, provenance }) => ({
  factor,
  dailyVolume: 50_000,
  points: [
    { notional: 0, price: 1 },
    { notional: 300_000, price: 0.8 },
  ],
  provenance,
}))

/** Two marks of one asset, so that what is held without a mark takes the lower one. */
const MARKS = [
  ...(Object.keys(PRICES) as (keyof typeof PRICES)[]).map((name) => markOf(name)),
  markOf('weth', '1995.5', 'other'),
]

const unmarked = (leg: Leg): Leg => (leg.kind === 'collateral' ? { ...leg, mark: null } : leg)

const optionsAccount: fc.Arbitrary<MarginAccount> = fc
  .array(
    fc.record({
      right: fc.constantFrom('call' as const, 'put' as const),
      strike: fc.integer({ min: 800, max: 4000 }),
      size: decimalText(-20, 20).filter((text) => Number(text) !== 0),
      days: fc.integer({ min: 0, max: 200 }),
      impliedVolatility: fc.double({ min: 0.2, max: 1.5, noNaN: true }),
      price: fc.option(decimalText(0, 900)),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((rows) =>
    account('toy/1/options', 'toy-perps', [
      ...rows.map(({ right, strike, size, days, impliedVolatility, price }, index) =>
        option({
          id: `option-${index}`,
          right,
          impliedVolatility,
          expiry: NOW + days * DAY,
          strike: parseAmount(String(strike)),
          size: parseAmount(size),
          price: price === null ? null : parseAmount(price),
        }),
      ),
      perp('btcIndex', '0.75'),
      cash('25000'),
    ]),
  )

const mixed: fc.Arbitrary<Portfolio> = fc
  .tuple(lendingAccount('toy/1/lending'), perpsAccount('toy/1/perps'), optionsAccount)
  .map((accounts) =>
    portfolioOf(
      [...accounts, account('toy/1/wallet', 'toy-wallet', [unmarked(collateral('weth', '1.5'))])],
      { marks: MARKS },
    ),
  )

const moves = fc.array(fc.double({ min: 0.4, max: 2, noNaN: true }), {
  minLength: MARKS.length,
  maxLength: MARKS.length,
})

/** The portfolio as it would be read at new prices, venues' quotes of options moved as the model's price. */
function movedTo(portfolio: Portfolio, prices: ReadonlyMap<string, number>): Portfolio {
  const forward = prices.get(mark('ethIndex')) ?? NaN
  const requoted = (leg: Leg): Leg => {
    if (leg.kind !== 'option' || leg.price === null || leg.impliedVolatility === null) return leg
    const model = (at: number) =>
      black76Price({
        right: leg.right,
        forward: at,
        strike: toNumber(leg.strike),
        volatility: leg.impliedVolatility ?? NaN,
        years: (leg.expiry - NOW) / (365 * DAY),
        discount: 1,
      })
    const before = model(Number(PRICES.ethIndex))
    const quoted = Math.max(0, toNumber(leg.price) + model(forward) - before)
    return { ...leg, price: parseAmount(quoted.toFixed(18)) }
  }
  return {
    ...portfolio,
    accounts: portfolio.accounts.map((each) => ({ ...each, legs: each.legs.map(requoted) })),
    marks: portfolio.marks.map((each) => {
      const mid = parseAmount((prices.get(each.id) ?? NaN).toFixed(18))
      return { ...each, min: mid, mid, max: mid }
    }),
  }
}

/** Distance of two numbers, relative to the larger of the expected one and what it is a sum of. */
const offBy = (found: number, expected: number, scale = Math.abs(expected)): number =>
  Math.abs(found - expected) / Math.max(scale, Math.abs(expected), 1)

const EXACT = 1e-12

function ticked(portfolio: Portfolio, factors: readonly number[], market = MARKET) {
  const live = liveMargin(portfolio, market, { modules: MODULES, nowMs: NOW_MS })
  const prices = Float64Array.from(live.prices, (price, index) =>
    Number((price * (factors[index] ?? 1)).toFixed(8)),
  )
  live.tick(prices, LATER)
  return { live, prices: new Map(live.marks.map((id, index) => [id, prices[index] ?? NaN])) }
}

describe('a live margin', () => {
  it('asks what the unified margin asks at the same prices', () => {
    fc.assert(
      fc.property(mixed, moves, fc.boolean(), (portfolio, factors, isDeep) => {
        const market = { ...MARKET, depths: isDeep ? depths : [] }
        const { live, prices } = ticked(portfolio, factors, market)
        const found = live.requirement()
        const expected = unifiedMargin(movedTo(portfolio, prices), market, { nowMs: NOW_MS })
        expect(offBy(found.spot, expected.parts.spot)).toBeLessThan(EXACT)
        expect(offBy(found.peg, expected.parts.peg)).toBeLessThan(EXACT)
        expect(offBy(found.addOn, expected.parts.addOn)).toBeLessThan(EXACT)
        expect(offBy(found.maintenance ?? NaN, expected.maintenance ?? NaN)).toBeLessThan(EXACT)
        expect(offBy(found.initial ?? NaN, expected.initial ?? NaN)).toBeLessThan(EXACT)
        expect(offBy(found.equity ?? NaN, expected.equity ?? NaN)).toBeLessThan(EXACT)
        const weighted = expected.collateral.reduce((sum, row) => sum + row.weighted, 0)
        expect(offBy(found.weightedCollateral, weighted)).toBeLessThan(EXACT)
      }),
      { numRuns: RUNS },
    )
  })

  it('has the healths of the program under the same moves, and those of a report', () => {
    fc.assert(
      fc.property(
        fc.tuple(lendingAccount('toy/1/lending'), perpsAccount('toy/1/perps')),
        moves,
        (accounts, factors) => {
          const portfolio = portfolioOf(accounts, { marks: MARKS })
          const { live, prices } = ticked(portfolio, factors)
          const program = compile(portfolio, { modules: MODULES, at: NOW })
          const multipliers = scenarioMultipliers(program, {})
          for (const [index, { id, price }] of program.marks.entries()) {
            multipliers[index] = (prices.get(id) ?? NaN) / price
          }
          const healths = evaluateMultipliers(program, multipliers, new Float64Array(2))
          expect(live.healths).toEqual(healths)
          const report = assess(movedTo(portfolio, prices), { modules: MODULES, nowMs: NOW_MS })
          for (const [row, { health, account: id }] of report.accounts.entries()) {
            expect(live.accounts[row]).toBe(id)
            if (health.value === null) continue
            expect(offBy(live.healths[row] ?? NaN, health.value)).toBeLessThan(EXACT)
          }
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('has the P&L of a full reprice in every cell of its grid', () => {
    fc.assert(
      fc.property(mixed, moves, (portfolio, factors) => {
        const { live, prices } = ticked(portfolio, factors)
        const moved = movedTo(portfolio, prices)
        const cells = 3 * live.spots.length
        for (const [index, factor] of live.factors.entries()) {
          const columns = factor === ETH ? [0, 0.5, -0.25] : [0, 1, -0.5]
          const rows = columns.flatMap((shock) =>
            Array.from(live.spots, (spot) => ({
              name: `${factor} ${shock} ${spot}`,
              moves: { [factor]: spot - 1, [factor.replace('spot', 'iv')]: shock },
            })),
          )
          const { losses } = repriceSet(moved, userScenarios(rows), {
            market: MARKET,
            nowMs: NOW_MS,
          })
          const own = live.profits.subarray(index * cells, (index + 1) * cells)
          const most = losses.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
          for (const [cell, loss] of losses.entries())
            expect(offBy(own[cell] ?? NaN, -loss, most)).toBeLessThan(EXACT)
          const worst = own[live.worstCell[index] ?? -1] ?? NaN
          for (const profit of own) expect(profit).toBeGreaterThanOrEqual(worst)
        }
      }),
      { numRuns: RUNS / 4 },
    )
  })

  it('has the net deltas of the portfolio, and the greeks of its options', () => {
    fc.assert(
      fc.property(mixed, moves, (portfolio, factors) => {
        const { live, prices } = ticked(portfolio, factors)
        const moved = movedTo(portfolio, prices)
        const { delta, gamma, vega } = live.sensitivities()
        const rows = netDeltas(moved, worldToday(moved, NOW, 'USD'))
        for (const [index, factor] of live.factors.entries()) {
          const row = rows.find((each) => each.factor === factor)
          expect(offBy(delta[index] ?? NaN, row?.net ?? NaN, row?.gross)).toBeLessThan(EXACT)
        }
        const forward = prices.get(mark('ethIndex')) ?? NaN
        let convexity = 0
        let sensitivity = 0
        let scale = 0
        for (const leg of moved.accounts.flatMap(({ legs }) => legs)) {
          if (leg.kind === 'collateral' && leg.asset === asset('pool')) {
            convexity -= 0.25 * toNumber(leg.amount) * (prices.get(mark('pool')) ?? NaN)
          }
          if (leg.kind !== 'option') continue
          const greeks = black76Greeks({
            right: leg.right,
            forward,
            strike: toNumber(leg.strike),
            volatility: leg.impliedVolatility ?? NaN,
            years: (leg.expiry - NOW) / (365 * DAY),
            discount: 1,
          })
          const gamma2 = toNumber(leg.size) * greeks.gamma * forward * forward
          convexity += gamma2
          sensitivity += toNumber(leg.size) * greeks.vega
          scale += Math.abs(gamma2) + Math.abs(toNumber(leg.size)) * forward
        }
        const ether = live.factors.indexOf(ETH)
        expect(offBy(gamma[ether] ?? NaN, convexity, scale)).toBeLessThan(EXACT)
        expect(offBy(vega[ether] ?? NaN, sensitivity, scale)).toBeLessThan(EXACT)
        expect(live.factors).toContain(BTC)
      }),
      { numRuns: RUNS },
    )
  })

  it('is the same after many ticks as after one', () => {
    fc.assert(
      fc.property(mixed, moves, moves, (portfolio, first, second) => {
        const one = ticked(portfolio, second).live
        const many = ticked(portfolio, first).live
        many.requirement()
        many.tick(Float64Array.from(one.prices), LATER)
        expect(many.healths).toEqual(one.healths)
        expect(many.profits).toEqual(one.profits)
        expect(many.requirement()).toEqual(one.requirement())
      }),
      { numRuns: RUNS },
    )
  })
})

describe('what a live margin does not know', () => {
  const portfolio = portfolioOf([account('toy/1/a', 'toy-wallet', [collateral('weth', '3')])])
  const liveOf = (given: Portfolio = portfolio) =>
    liveMargin(given, MARKET, { modules: MODULES, nowMs: NOW_MS })

  it('makes the margins null, with the reason', () => {
    const unread = liveOf({
      ...portfolio,
      failures: [
        {
          adapter: 'toy',
          chain: null,
          owner: null,
          error: 'HttpError',
          message: 'Nothing came.',
        },
      ],
    })
    expect(unread.unknown.length).toBeGreaterThan(0)
    expect(unread.requirement().maintenance).toBeNull()
    expect(unread.requirement().initial).toBeNull()
    expect(unread.requirement().excess).toBeNull()
  })

  it('is an expired market state, as soon as a tick is later', () => {
    const live = liveOf()
    expect(live.requirement().maintenance).toBeGreaterThan(0)
    live.tick(Float64Array.from(live.prices), MARKET.expiresAtMs)
    expect(live.requirement().maintenance).toBeNull()
  })

  it('is the health of an account whose rule nobody interprets', () => {
    const live = liveOf(portfolioOf([account('toy/1/a', 'nobody', [collateral('weth', '3')])]))
    expect(live.healths).toEqual(Float64Array.of(NaN))
  })

  it('refuses prices that are none, and times that run backwards, and changes nothing', () => {
    const live = liveOf()
    const before = Float64Array.from(live.prices)
    for (const price of [0, -1, NaN, Infinity]) {
      const prices = Float64Array.from(before).fill(price, 3, 4)
      expect(() => live.tick(prices, LATER)).toThrow(/Give a finite price above 0/)
    }
    expect(() => live.tick(new Float64Array(2), LATER)).toThrow(/2 prices were given/)
    expect(() => live.tick(before, NOW_MS - 1)).toThrow(/do not run backwards/)
    expect(() => live.tick(before, NaN)).toThrow(/do not run backwards/)
    expect(live.prices).toEqual(before)
  })

  it('refuses to move a mark that was read at 0, and a grid without spots', () => {
    const live = liveOf({ ...portfolio, marks: [markOf('weth'), markOf('usdc', '0')] })
    const prices = Float64Array.from(live.prices, () => 1)
    expect(() => live.tick(prices, LATER)).toThrow(/Read the portfolio again/)
    expect(() =>
      liveMargin(portfolio, MARKET, { modules: MODULES, nowMs: NOW_MS, spots: [] }),
    ).toThrow(/no spot/)
  })
})
