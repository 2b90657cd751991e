import type { Leg, MarginAccount, OptionLeg, Portfolio } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unifiedScenarios } from '../../packages/risk/src/unified/scenarios.js'
import { decimalText, lendingAccount, perpsAccount, RUNS } from './arbitraries.js'
import { account, asset, mark, NOW, option, perp, portfolioOf } from './toyWorld.js'
import { asked, held, MARKET, scaledOf, withCovariance } from './unifiedWorld.js'

const DAY = 86_400
const runs = { numRuns: RUNS }

const optionLeg = (id: string): fc.Arbitrary<OptionLeg> =>
  fc
    .record({
      right: fc.constantFrom('call' as const, 'put' as const),
      strike: fc.integer({ min: 1200, max: 3000 }),
      size: decimalText(-20, 20),
      days: fc.integer({ min: 1, max: 200 }),
      impliedVolatility: fc.double({ min: 0.2, max: 1.5, noNaN: true }),
      price: fc.option(decimalText(0, 900)),
    })
    .map(({ right, strike, size, days, impliedVolatility, price }) => {
      const leg = option({ id, right, impliedVolatility, expiry: NOW + days * DAY })
      if (leg.kind !== 'option') throw new RangeError('no option')
      return {
        ...leg,
        strike: parseAmount(String(strike)),
        size: parseAmount(size),
        price: price === null ? null : parseAmount(price),
      }
    })

const optionsAccount = (id: string): fc.Arbitrary<MarginAccount> =>
  fc
    .tuple(optionLeg('a'), optionLeg('b'), decimalText(-20, 20), decimalText(-2, 2))
    .map(([a, b, eth, btc]) =>
      account(id, 'toy-perps', [a, b, perp('ethIndex', eth), perp('btcIndex', btc)]),
    )

const accounts = (prefix: string): fc.Arbitrary<readonly MarginAccount[]> =>
  fc.tuple(
    lendingAccount(`toy/1/${prefix}-lending`),
    perpsAccount(`toy/1/${prefix}-perps`),
    optionsAccount(`toy/1/${prefix}-options`),
  )
const mixed: fc.Arbitrary<Portfolio> = accounts('x').map((all) => portfolioOf(all))

/** A limit, but for rounding of sums of this size. */
const rounded = (limit: number, scale: number) => limit + 1e-11 * Math.max(scale, 1)

function scaled(portfolio: Portfolio, factor: bigint): Portfolio {
  const times = (leg: Leg): Leg =>
    leg.kind === 'perp' || leg.kind === 'option'
      ? { ...leg, size: { ...leg.size, raw: leg.size.raw * factor } }
      : { ...leg, amount: { ...leg.amount, raw: leg.amount.raw * factor } }
  return {
    ...portfolio,
    accounts: portfolio.accounts.map((each) => ({ ...each, legs: each.legs.map(times) })),
  }
}

describe('the unified margin', () => {
  it('never falls as the whole covariance grows', () => {
    fc.assert(
      fc.property(mixed, fc.double({ min: 1, max: 4, noNaN: true }), (portfolio, k) => {
        const before = asked(portfolio).parts
        const after = asked(portfolio, {}, withCovariance(MARKET, k)).parts
        expect(after.maintenance).toBeGreaterThanOrEqual(before.maintenance * (1 - 1e-12))
        expect(after.initial).toBeGreaterThanOrEqual(before.initial * (1 - 1e-12))
      }),
      runs,
    )
  })

  it('is homogeneous in size without add-ons', () => {
    fc.assert(
      fc.property(mixed, fc.bigInt({ min: 2n, max: 1000n }), (portfolio, factor) => {
        const one = asked(portfolio)
        const many = asked(scaled(portfolio, factor))
        const scale = Number(factor)
        expect(many.parts.maintenance / scale / one.parts.maintenance).toBeCloseTo(1, 9)
        expect(many.netting.siloed / scale / one.netting.siloed).toBeCloseTo(1, 9)
      }),
      runs,
    )
  })

  it('is sub-additive over portfolios, so that netting is never negative', () => {
    fc.assert(
      fc.property(accounts('a'), accounts('b'), (a, b) => {
        const together = asked(portfolioOf([...a, ...b]))
        const apart = [a, b].map((each) => scaledOf(asked(portfolioOf(each))))
        const limit = apart.reduce((sum, each) => sum + each, 0)
        expect(scaledOf(together)).toBeLessThanOrEqual(rounded(limit, together.netting.siloed))
        expect(together.netting.notGranted).toBeGreaterThanOrEqual(-1e-9 * together.netting.siloed)
        expect(together.netting.netted).toBeCloseTo(scaledOf(together), 9)
      }),
      runs,
    )
  })

  it('does not depend on the order of legs, accounts, assets and marks', () => {
    fc.assert(
      fc.property(mixed, (portfolio) => {
        const turned = {
          ...portfolio,
          assets: portfolio.assets.toReversed(),
          marks: portfolio.marks.toReversed(),
          accounts: portfolio.accounts
            .map((each) => ({ ...each, legs: each.legs.toReversed() }))
            .toReversed(),
        }
        expect(asked(turned)).toEqual(asked(portfolio))
      }),
      runs,
    )
  })

  it('is the sum of its contributions, and initial is above maintenance', () => {
    const depths = MARKET.volatilities.map(({ factor, provenance }) => ({
      factor,
      dailyVolume: 50_000,
      points: [
        { notional: 0, price: 1 },
        { notional: 300_000, price: 0.8 },
      ],
      provenance,
    }))
    fc.assert(
      fc.property(mixed, (portfolio) => {
        const { parts } = asked(portfolio, {}, { ...MARKET, depths })
        const { contributions, maintenance, initial } = parts
        const sum = contributions.reduce((total, { component }) => total + component, 0)
        expect(Math.abs(sum / maintenance - 1)).toBeLessThan(1e-10)
        const scaling = contributions.reduce(
          (total, { quantity, marginal }) => total + quantity * marginal,
          0,
        )
        expect(Math.abs(scaling / (parts.spot + parts.peg) - 1)).toBeLessThan(1e-10)
        expect(initial).toBeGreaterThan(maintenance)
      }),
      runs,
    )
  })

  it('has marginals that are its slope in each leg', () => {
    const h = 1e-5
    fc.assert(
      fc.property(optionsAccount('toy/1/a'), fc.constantFrom(0, 1, 2, 3), (made, index) => {
        const leg = made.legs[index]
        if (leg === undefined || (leg.kind !== 'perp' && leg.kind !== 'option')) return
        const bumped = (by: number) => {
          const size = parseAmount((Number(leg.size.raw) / 1e6 + by).toFixed(12))
          const legs = made.legs.map((each) => (each === leg ? { ...leg, size } : each))
          return asked(portfolioOf([{ ...made, legs }])).parts
        }
        const [down, at, up] = [bumped(-h), bumped(0), bumped(h)]
        const binding = (parts: typeof at) =>
          parts.underlyings.map((margin) => [margin.counted, margin[margin.counted].label])
        // At a kink, where another scenario takes over, there is no slope.
        fc.pre(
          JSON.stringify([binding(down), binding(up)]) ===
            JSON.stringify([binding(at), binding(at)]),
        )
        const found = at.contributions.find(({ leg: id }) => id === `toy/1/a#${leg.id}`)
        if (found === undefined) return
        const slope = (up.maintenance - down.maintenance) / (2 * h)
        expect(Math.abs(slope - found.marginal)).toBeLessThan(1e-4 * (1 + Math.abs(slope)))
      }),
      runs,
    )
  })

  it('never rises when a linear book is hedged in its own underlying', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(decimalText(-90, 90), decimalText(-3, 3), share, (eth, btc, part) => {
        const book = [perp('ethIndex', eth), perp('btcIndex', btc)]
        const hedge = {
          ...perp('ethIndex', (-part * Number(eth)).toFixed(9)),
          id: 'hedge',
        }
        const before = asked(held(...book)).parts.maintenance
        const after = asked(held(...book, hedge)).parts.maintenance
        expect(after).toBeLessThanOrEqual(rounded(before, before))
        const full = { ...perp('ethIndex', (-Number(eth)).toFixed(9)), id: 'hedge' }
        const left = asked(held(...book, full)).parts.maintenance
        expect(left).toBeCloseTo(asked(held(perp('btcIndex', btc))).parts.maintenance, 6)
      }),
      runs,
    )
  })

  it('keeps the peg of a loop at its tabled severity whatever the market does', () => {
    fc.assert(
      fc.property(decimalText(1, 500), fc.double({ min: 1, max: 4, noNaN: true }), (size, k) => {
        const amount = parseAmount(size)
        const loop: readonly Leg[] = [
          {
            kind: 'collateral',
            id: 'c',
            asset: asset('wsteth'),
            mark: mark('wsteth'),
            amount,
            counts: true,
          },
          { kind: 'debt', id: 'd', asset: asset('weth'), mark: mark('weth'), amount },
        ]
        const { parts } = asked(held(...loop), {}, withCovariance(MARKET, k))
        expect(parts.maintenance).toBeGreaterThanOrEqual(0.15 * 2400.5 * Number(size) * (1 - 1e-12))
      }),
      runs,
    )
  })
})

describe('unifiedScenarios', () => {
  it('of a smaller range are among those of a larger one, at no larger weight', () => {
    const range = fc.double({ min: 0, max: 0.6, noNaN: true })
    fc.assert(
      fc.property(range, fc.double({ min: 1, max: 3, noNaN: true }), (small, k) => {
        const shocks = { up: 0.5, down: 0.25 }
        const key = ({ spot, volatility }: { spot: number; volatility: number }) =>
          `${spot} ${volatility}`
        const larger = new Map(
          unifiedScenarios(small * k, shocks, 1 / 3).map((row) => [key(row), row.weight]),
        )
        for (const row of unifiedScenarios(small, shocks, 1 / 3)) {
          expect(larger.get(key(row))).toBeGreaterThanOrEqual(row.weight)
        }
      }),
      runs,
    )
  })
})
