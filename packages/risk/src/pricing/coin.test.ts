import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import type { CoinOptionParameters } from './index.js'
import {
  black76Price,
  coinOptionGreeks,
  coinOptionPrice,
  inverseFuturePnl,
  inverseShockPnl,
} from './index.js'

const options: fc.Arbitrary<CoinOptionParameters> = fc
  .record({
    right: fc.constantFrom('call' as const, 'put' as const),
    forward: fc.double({ min: 10, max: 1e5, noNaN: true }),
    deviations: fc.double({ min: -3, max: 3, noNaN: true }),
    volatility: fc.double({ min: 0.1, max: 2, noNaN: true }),
    years: fc.double({ min: 0.02, max: 2, noNaN: true }),
    discount: fc.double({ min: 0.8, max: 1, noNaN: true }),
    basis: fc.double({ min: 0.9, max: 1.1, noNaN: true }),
  })
  .map(({ deviations, basis, ...option }) => ({
    ...option,
    index: option.forward * basis,
    strike: option.forward * Math.exp(deviations * option.volatility * Math.sqrt(option.years)),
  }))

function slope(f: (x: number) => number, x: number, step: number): number {
  const odd = (k: number) => f(x + k * step) - f(x - k * step)
  return (45 * odd(1) - 9 * odd(2) + odd(3)) / (60 * step)
}

describe('coinOptionGreeks', () => {
  it('is the derivative of the price in coins, with the index moving along', () => {
    fc.assert(
      fc.property(options, (each) => {
        const greeks = coinOptionGreeks(each)
        expect(greeks.convention).toEqual({ underlying: 'forward', unit: 'coin' })
        expect(greeks.price).toBe(coinOptionPrice(each))
        const { forward, index, strike, volatility, years } = each
        const total = volatility * Math.sqrt(years)
        const at = (x: number) =>
          coinOptionGreeks({ ...each, forward: x, index: (index * x) / forward })
        const step = 0.01 * forward * Math.min(1, total)
        const size = 1 + strike / forward
        const near = (value: number, measured: number, scale: number) =>
          expect(Math.abs(value - measured)).toBeLessThanOrEqual(1e-8 * scale * size)
        near(greeks.delta * forward, slope((x) => at(x).price, forward, step) * forward, 1)
        expect(greeks.netDelta).toBeCloseTo(greeks.delta * forward, 12)
        near(
          greeks.gamma * forward * forward,
          slope((x) => at(x).delta, forward, step) * forward * forward,
          10 / total,
        )
        const deltaWith = (x: number) => coinOptionGreeks({ ...each, volatility: x }).delta
        near(
          greeks.vanna * forward,
          slope(deltaWith, volatility, 0.01 * volatility) * forward,
          10 / volatility,
        )
        const priceWith = (x: number) => coinOptionPrice({ ...each, volatility: x })
        near(greeks.vega, slope(priceWith, volatility, 0.01 * volatility), Math.sqrt(years))
      }),
    )
  })

  it('is hedged by the net delta: a small move leaves no profit in coins', () => {
    fc.assert(
      fc.property(options, (each) => {
        const { netDelta, price } = coinOptionGreeks(each)
        const shock = 1e-6
        const moved = coinOptionPrice({
          ...each,
          forward: each.forward * (1 + shock),
          index: each.index * (1 + shock),
        })
        const hedged = moved - price - inverseShockPnl(netDelta, shock)
        const scale = 1 + each.strike / each.forward
        expect(Math.abs(hedged)).toBeLessThanOrEqual(1e-10 * scale)
      }),
    )
  })

  it('is the delta less the premium where forward and index are one', () => {
    const option = { ...plain(), discount: 1, index: 100 }
    const { netDelta, price } = coinOptionGreeks(option)
    expect(netDelta).toBeCloseTo(0.539827837277029 - price, 15)
  })
})

describe('coinOptionPrice', () => {
  it('keeps parity in coins: C − P = df·(F − K)/I', () => {
    fc.assert(
      fc.property(options, (each) => {
        const { forward, strike, discount, index } = each
        const call = coinOptionPrice({ ...each, right: 'call' })
        const put = coinOptionPrice({ ...each, right: 'put' })
        const parity = (discount * (forward - strike)) / index
        const scale = 1 + strike / forward
        expect(Math.abs(call - put - parity)).toBeLessThanOrEqual(1e-14 * scale)
        expect(call).toBeLessThanOrEqual((discount * forward) / index)
      }),
    )
  })

  it('is the price in the numeraire at the index', () => {
    expect(coinOptionPrice(plain())).toBe(black76Price(plain()) / 90)
  })

  it('needs a positive forward and index', () => {
    for (const wrong of [{ index: 0 }, { forward: 0 }, { index: NaN }, { index: Infinity }]) {
      expect(() => coinOptionPrice({ ...plain(), ...wrong })).toThrow(PricingError)
      expect(() => coinOptionGreeks({ ...plain(), ...wrong })).toThrow(PricingError)
    }
  })
})

describe('inverse futures', () => {
  it('win notional·(1/entry − 1/price) coins, less for a rise than they lose for a fall', () => {
    const long = { notional: 60_000, entry: 60_000 }
    expect(inverseFuturePnl(long, 50_000)).toBe(-0.2)
    expect(inverseFuturePnl(long, 80_000)).toBe(0.25)
    expect(inverseFuturePnl({ ...long, notional: -60_000 }, 50_000)).toBe(0.2)
    expect(inverseFuturePnl(long, 60_000)).toBe(0)
  })

  it('are the shock formula of one coin', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: -0.9, max: 5, noNaN: true }),
        (entry, shock) => {
          const pnl = inverseFuturePnl({ notional: entry, entry }, entry * (1 + shock))
          expect(Math.abs(pnl - inverseShockPnl(1, shock))).toBeLessThanOrEqual(1e-14 / (1 + shock))
        },
      ),
    )
    expect(inverseShockPnl(2, -0.5)).toBe(-2)
  })

  it('refuse a price that is not positive', () => {
    expect(() => inverseFuturePnl({ notional: 1, entry: 0 }, 5)).toThrow(PricingError)
    expect(() => inverseFuturePnl({ notional: 1, entry: 5 }, 0)).toThrow(PricingError)
    expect(() => inverseShockPnl(1, -1)).toThrow(/price 0: a payoff in coins/)
  })
})

function plain(): CoinOptionParameters {
  return {
    right: 'call',
    forward: 100,
    strike: 100,
    volatility: 0.2,
    years: 1,
    discount: 0.95,
    index: 90,
  }
}
