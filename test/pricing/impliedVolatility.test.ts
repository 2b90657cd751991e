import { PricingError } from '@plimsoll/risk'
import { forwardPrice, impliedTotalVolatility, impliedVolatility } from '@plimsoll/risk/pricing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { totalVolatilityError, unitInLastPlace } from './exactBlack.js'

const RUNS = process.env.PLIMSOLL_DEEP === '1' ? 20_000 : 400

/** Options of total volatilities from 1e-4 to 10, up to 36 standard deviations from the money. */
const options = fc
  .record({
    call: fc.boolean(),
    logForward: fc.double({ min: -12, max: 12, noNaN: true }),
    logTotal: fc.double({ min: Math.log(1e-4), max: Math.log(10), noNaN: true }),
    deviations: fc.oneof(
      fc.constant(0),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: -36, max: 36, noNaN: true }),
    ),
  })
  .map(({ call, logForward, logTotal, deviations }) => {
    const forward = Math.exp(logForward)
    const total = Math.exp(logTotal)
    const strike = forward * Math.exp(deviations * total)
    return { call, forward, strike, total, price: forwardPrice(call, forward, strike, total) }
  })
  .filter(({ call, forward, strike, price }) => {
    const payoff = call ? forward - strike : strike - forward
    if (Math.abs(Math.log(forward / strike)) > 200) return false
    return price > Math.max(payoff, 1e-290 * forward) && price < (call ? forward : strike)
  })

describe('impliedTotalVolatility', () => {
  it('is within 4 units in the last place of the volatility that the price has exactly', () => {
    let worst = 0
    fc.assert(
      fc.property(options, ({ call, forward, strike, price }) => {
        const total = impliedTotalVolatility(call, forward, strike, price)
        const error = totalVolatilityError({ call, forward, strike, price }, total)
        const ulps = Math.abs(error) / unitInLastPlace(total)
        worst = Math.max(worst, ulps)
        expect(ulps).toBeLessThanOrEqual(4)
      }),
      { numRuns: RUNS },
    )
    expect(worst).toBeGreaterThan(0.5)
  })

  it('gives back the volatility of a price wherever the price determines it', () => {
    fc.assert(
      fc.property(options, ({ call, forward, strike, total, price }) => {
        const step = total * 1e-4
        const slope =
          (forwardPrice(call, forward, strike, total + step) -
            forwardPrice(call, forward, strike, total - step)) /
          (2 * step)
        // What the price's own error, which is relative to forward and strike, moves it by.
        const slack = (1e-15 * (forward + strike)) / slope
        const implied = impliedTotalVolatility(call, forward, strike, price)
        expect(Math.abs(implied - total)).toBeLessThanOrEqual(2e-13 * total + slack)
      }),
    )
  })

  it('rises with the price', () => {
    fc.assert(
      fc.property(options, ({ call, forward, strike, price }) => {
        const more = price * (1 + 1e-9)
        fc.pre(more < (call ? forward : strike))
        expect(impliedTotalVolatility(call, forward, strike, more)).toBeGreaterThanOrEqual(
          impliedTotalVolatility(call, forward, strike, price),
        )
      }),
    )
  })

  it('has no value outside the bounds, and 0 at the payoff', () => {
    expect(impliedTotalVolatility(true, 100, 80, 20)).toBe(0)
    expect(impliedTotalVolatility(true, 100, 120, 0)).toBe(0)
    expect(impliedTotalVolatility(false, 100, 100, 0)).toBe(0)
    expect(impliedTotalVolatility(true, 100, 80, 19.99)).toBeNaN()
    expect(impliedTotalVolatility(true, 100, 80, 100)).toBeNaN()
    expect(impliedTotalVolatility(false, 100, 80, 80)).toBeNaN()
    expect(impliedTotalVolatility(true, 100, 120, -1e-9)).toBeNaN()
    expect(impliedTotalVolatility(true, 100, 120, NaN)).toBeNaN()
  })

  it('takes the payoff for a price that is only its rounding', () => {
    const forward = 0.1
    const strike = 1e17
    expect(impliedTotalVolatility(false, forward, strike, strike - forward)).toBeNaN()
    expect(impliedTotalVolatility(false, 3, 1e10 + 1 / 3, 1e10 + 1 / 3 - 3)).toBe(0)
  })

  it('accepts a payoff that discounting has rounded, and nothing less', () => {
    const deep = { right: 'call', forward: 100, strike: 40, years: 1 } as const
    for (let step = 0; step < 100; step += 1) {
      const discount = 0.9 + step / 1_100
      const volatility = impliedVolatility({ ...deep, discount, price: 60 * discount })
      expect(volatility).toBeGreaterThanOrEqual(0)
      expect(volatility).toBeLessThan(0.13)
    }
    expect(impliedTotalVolatility(true, 100, 40, 60 - 1e-13)).toBeNaN()
  })

  it('gives up where forward and strike are a factor e^200 apart', () => {
    expect(impliedTotalVolatility(true, 1, 1e86, 1e-30)).toBeGreaterThan(10)
    expect(impliedTotalVolatility(true, 1, 1e87, 1e-30)).toBeNaN()
    const option = { right: 'call', forward: 1, strike: 1e87, years: 1, discount: 1 } as const
    expect(() => impliedVolatility({ ...option, price: 1e-30 })).toThrow(/too far apart/)
  })

  it('meets prices near the ends of the range of doubles', () => {
    for (const price of [1e-300, 5e-310]) {
      const total = impliedTotalVolatility(true, 1, 2, price)
      expect(Math.abs(forwardPrice(true, 1, 2, total) / price - 1)).toBeLessThan(1e-9)
    }
    const large = impliedTotalVolatility(true, 1e200, 1e200, 3e199)
    const small = impliedTotalVolatility(true, 1e-200, 1e-200, 3e-201)
    expect(Math.abs(large / small - 1)).toBeLessThan(1e-14)
    const almost = impliedTotalVolatility(true, 1, 1, 1 - 2 ** -53)
    expect(Math.abs(almost - 16.58472215162719)).toBeLessThan(1e-12)
  })
})

describe('impliedVolatility', () => {
  const option = { right: 'call', forward: 100, strike: 90, years: 0.5, discount: 0.97 } as const

  it('inverts the discounted price of an option', () => {
    const price = 0.97 * forwardPrice(true, 100, 90, 0.6 * Math.sqrt(0.5))
    expect(Math.abs(impliedVolatility({ ...option, price }) - 0.6)).toBeLessThan(1e-15)
  })

  it('says which bound a price breaks and what to do', () => {
    expect(() => impliedVolatility({ ...option, price: 9.69 })).toThrow(
      /9\.69 .*below its discounted payoff 9\.7.*out of the money/,
    )
    expect(() => impliedVolatility({ ...option, price: 97 })).toThrow(
      /97 .*not below 97, the most.*Check the unit/,
    )
    expect(() => impliedVolatility({ ...option, right: 'put', price: 87.4 })).toThrow(
      /not below 87\.3/,
    )
    for (const price of [-1, NaN, Infinity]) {
      expect(() => impliedVolatility({ ...option, price })).toThrow(PricingError)
    }
  })

  it.each(['years', 'discount', 'forward', 'strike'] as const)('needs a positive %s', (field) => {
    for (const value of [0, -1, NaN, Infinity]) {
      expect(() => impliedVolatility({ ...option, price: 12, [field]: value })).toThrow(
        PricingError,
      )
    }
  })
})
