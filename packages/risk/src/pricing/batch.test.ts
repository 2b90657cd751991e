import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import { black76GreeksAtRate, emptyForwardGreeks } from './black76Greeks.js'
import type { OptionArrays } from './index.js'
import { emptyGreekArrays, priceAndGreeks } from './index.js'

type Option = {
  readonly call: boolean
  readonly forward: number
  readonly strike: number
  readonly volatility: number
  readonly years: number
  readonly rate: number
}

function arraysOf(options: readonly Option[]): OptionArrays {
  const column = (of: (option: Option) => number) => Float64Array.from(options, of)
  return {
    count: options.length,
    call: Uint8Array.from(options, ({ call }) => (call ? 1 : 0)),
    forward: column(({ forward }) => forward),
    strike: column(({ strike }) => strike),
    volatility: column(({ volatility }) => volatility),
    years: column(({ years }) => years),
    discount: column(({ rate, years }) => Math.exp(-rate * years)),
    rate: column(({ rate }) => rate),
  }
}

const option = fc.record({
  call: fc.boolean(),
  forward: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
  moneyness: fc.oneof(
    fc.double({ min: 0.9, max: 1.1, noNaN: true }),
    fc.double({ min: 0.03, max: 40, noNaN: true }),
  ),
  volatility: fc.double({ min: 0.01, max: 5, noNaN: true }),
  years: fc.double({ min: 1e-4, max: 4, noNaN: true }),
  rate: fc.double({ min: -0.05, max: 0.3, noNaN: true }),
})
const books = fc
  .array(option, { minLength: 1, maxLength: 300 })
  .map((all) =>
    all.map(({ moneyness, ...each }) => ({ ...each, strike: each.forward * moneyness })),
  )

describe('priceAndGreeks', () => {
  it('agrees with the accurate formulas to the stated errors', () => {
    fc.assert(
      fc.property(books, (all) => {
        const out = emptyGreekArrays(all.length)
        const arrays = arraysOf(all)
        priceAndGreeks(arrays, out)
        for (const [at, { forward, strike, volatility, years, rate, call }] of all.entries()) {
          const discount = arrays.discount[at] ?? NaN
          const exact = black76GreeksAtRate(
            { right: call ? 'call' : 'put', forward, strike, volatility, years, discount },
            rate,
            emptyForwardGreeks(),
          )
          const total = volatility * Math.sqrt(years)
          const near = (value: number | undefined, expected: number, slack: number) =>
            expect(Math.abs((value ?? NaN) - expected)).toBeLessThanOrEqual(discount * slack)
          const decay = (forward * volatility) / Math.sqrt(years)
          near(out.price[at], exact.price, 2e-15 * (forward + strike))
          near(out.delta[at], exact.delta, 1e-15 * (2 + 1 / total))
          near(out.gamma[at], exact.gamma, (4e-14 * (1 + 0.1 / total)) / (forward * total))
          near(out.vega[at], exact.vega, 4e-14 * (1 + 0.1 / total) * forward * Math.sqrt(years))
          near(
            out.thetaPerYear[at],
            exact.thetaPerYear,
            4e-14 * (1 + 0.1 / total) * decay + 2e-15 * Math.abs(rate) * (forward + strike),
          )
        }
      }),
    )
  })

  it('prices what the tables do not reach by the accurate formulas', () => {
    const base = { call: true, forward: 100, strike: 90, volatility: 0.5, years: 0.5, rate: 0.05 }
    const odd = [
      base,
      { ...base, years: 0 },
      { ...base, volatility: 0, call: false, strike: 110 },
      { ...base, strike: 0 },
      { ...base, forward: 0, call: false },
      { ...base, strike: 1e-3 },
      { ...base, strike: 1e5 },
      { ...base, volatility: 1e-7, strike: 100 },
      base,
    ]
    const out = emptyGreekArrays(odd.length)
    const arrays = arraysOf(odd)
    priceAndGreeks(arrays, out)
    for (const [at, { call, rate, ...each }] of odd.entries()) {
      const discount = arrays.discount[at] ?? NaN
      const exact = black76GreeksAtRate(
        { ...each, right: call ? 'call' : 'put', discount },
        rate,
        emptyForwardGreeks(),
      )
      if (at > 0 && at < 8) {
        expect(out.price[at]).toBe(exact.price)
        expect(out.delta[at]).toBe(exact.delta)
        expect(out.gamma[at]).toBe(exact.gamma)
        expect(out.vega[at]).toBe(exact.vega)
        expect(out.thetaPerYear[at]).toBe(exact.thetaPerYear)
      }
      expect(out.price[at]).toBeCloseTo(exact.price, 12)
    }
  })

  it.each(['forward', 'strike', 'volatility', 'years', 'discount'] as const)(
    'makes an option with a %s that is negative or none NaN, and no other',
    (field) => {
      const base = { call: true, forward: 100, strike: 90, volatility: 0.5, years: 0.5, rate: 0 }
      for (const value of [-1, NaN]) {
        const arrays = arraysOf([base, base, base])
        arrays[field][1] = value
        const out = emptyGreekArrays(3)
        priceAndGreeks(arrays, out)
        for (const column of Object.values(out)) {
          expect(column[0]).toBe(column[2])
          expect(column[0]).not.toBeNaN()
          expect(column[1]).toBeNaN()
        }
      }
    },
  )

  it('stays within the bounds of the payoff', () => {
    fc.assert(
      fc.property(books, (all) => {
        const out = emptyGreekArrays(all.length)
        const arrays = arraysOf(all)
        priceAndGreeks(arrays, out)
        for (const [at, { forward, strike, call }] of all.entries()) {
          const discount = arrays.discount[at] ?? NaN
          const payoff = discount * Math.max(0, call ? forward - strike : strike - forward)
          expect(out.price[at]).toBeGreaterThanOrEqual(payoff * (1 - 3e-16))
          expect(out.price[at]).toBeLessThanOrEqual(
            discount * (call ? forward : strike) * (1 + 1e-14) + 1e-15,
          )
        }
      }),
    )
  })

  it('gives an option the same bits wherever it stands', () => {
    const all = Array.from({ length: 300 }, (_, at) => ({
      call: at % 2 === 0,
      forward: 100,
      strike: 50 + at,
      volatility: 0.2 + at / 100,
      years: (at + 1) / 300,
      rate: 0.03,
    }))
    const forwards = emptyGreekArrays(300)
    const backwards = emptyGreekArrays(300)
    priceAndGreeks(arraysOf(all), forwards)
    priceAndGreeks(arraysOf([...all].reverse()), backwards)
    expect([...forwards.vega]).toEqual([...backwards.vega].reverse())
    expect([...forwards.price]).toEqual([...backwards.price].reverse())
  })

  it('refuses arrays that are too short', () => {
    const arrays = arraysOf([
      { call: true, forward: 1, strike: 1, volatility: 1, years: 1, rate: 0 },
    ])
    expect(() => priceAndGreeks({ ...arrays, count: 2 }, emptyGreekArrays(2))).toThrow(PricingError)
    expect(() => priceAndGreeks(arrays, emptyGreekArrays(0))).toThrow(/shortest array holds 0/)
    expect(() => priceAndGreeks({ ...arrays, count: 0 }, emptyGreekArrays(0))).not.toThrow()
  })
})
