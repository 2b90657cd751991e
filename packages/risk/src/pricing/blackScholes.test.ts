import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import type { BlackScholesParameters } from './index.js'
import { black76Price, blackScholesGreeks, blackScholesPrice, onForward } from './index.js'

const file = JSON.parse(
  readFileSync(new URL('../../../../test/truth/black.json', import.meta.url), 'utf8'),
)
const cases = file.cases.filter(({ model }: { model: string }) => model === 'bsm')

const options: fc.Arbitrary<BlackScholesParameters> = fc
  .record({
    right: fc.constantFrom('call' as const, 'put' as const),
    spot: fc.double({ min: 10, max: 1e5, noNaN: true }),
    deviations: fc.double({ min: -3, max: 3, noNaN: true }),
    volatility: fc.double({ min: 0.1, max: 2, noNaN: true }),
    years: fc.double({ min: 0.02, max: 3, noNaN: true }),
    rate: fc.double({ min: -0.05, max: 0.2, noNaN: true }),
    carry: fc.double({ min: -0.1, max: 0.2, noNaN: true }),
  })
  .map(({ deviations, ...option }) => ({
    ...option,
    strike: option.spot * Math.exp(deviations * option.volatility * Math.sqrt(option.years)),
  }))

function slope(f: (x: number) => number, x: number, step: number): number {
  const odd = (k: number) => f(x + k * step) - f(x - k * step)
  return (45 * odd(1) - 9 * odd(2) + odd(3)) / (60 * step)
}

describe('blackScholesGreeks', () => {
  it('covers every case of the truth file', () => expect(cases.length).toBe(5))

  for (const { id, type, S, K, T, vol, r, q, expect: truth } of cases) {
    it(`reproduces ${id}`, () => {
      const greeks = blackScholesGreeks({
        right: type,
        spot: Number(S),
        strike: Number(K),
        volatility: Number(vol),
        years: Number(T),
        rate: Number(r),
        carry: Number(q),
      })
      const near = (value: number, expected: string) =>
        expect(Math.abs(value / Number(expected) - 1)).toBeLessThanOrEqual(1e-12)
      expect(Math.abs(greeks.price - Number(truth.price))).toBeLessThanOrEqual(1e-15 * Number(S))
      near(greeks.delta, truth.delta)
      near(greeks.gamma, truth.gamma)
      near(greeks.vega, truth.vega)
      near(greeks.thetaPerYear, truth.thetaPerYear)
      near(greeks.rho, truth.rho)
    })
  }

  it('has the slopes of its price in spot, rate, carry and time', () => {
    fc.assert(
      fc.property(options, (each) => {
        const greeks = blackScholesGreeks(each)
        expect(greeks.convention).toEqual({ underlying: 'spot', unit: 'numeraire' })
        expect(greeks.price).toBe(blackScholesPrice(each))
        const { spot, strike, years, rate, carry, volatility } = each
        const total = volatility * Math.sqrt(years)
        const scale = spot + strike
        const measure = (field: keyof BlackScholesParameters, step: number) =>
          slope((x) => blackScholesPrice({ ...each, [field]: x }), Number(each[field]), step)
        const near = (value: number, measured: number, size: number) =>
          expect(Math.abs(value - measured)).toBeLessThanOrEqual(1e-8 * size)
        near(greeks.delta, measure('spot', 0.01 * spot * Math.min(1, total)), scale / spot)
        near(greeks.rho, measure('rate', 1e-3 * Math.min(1, volatility)), scale * (1 + years))
        near(greeks.rhoCarry, measure('carry', 1e-3 * Math.min(1, volatility)), scale * (1 + years))
        const decay = -slope(
          (time) => blackScholesPrice({ ...each, years: time }),
          years,
          0.01 * years,
        )
        const speed = volatility / Math.sqrt(years) + Math.abs(rate) + Math.abs(carry)
        near(greeks.thetaPerYear, decay, 10 * scale * speed)
        const deltaAt = (x: number) => blackScholesGreeks({ ...each, spot: x }).delta
        near(
          greeks.gamma,
          slope(deltaAt, spot, 0.01 * spot * Math.min(1, total)),
          10 / (spot * total),
        )
        const deltaWith = (x: number) => blackScholesGreeks({ ...each, volatility: x }).delta
        near(greeks.vanna, slope(deltaWith, volatility, 0.01 * volatility), 10 / volatility)
      }),
    )
  })

  it('satisfies put-call parity with rate and carry', () => {
    fc.assert(
      fc.property(options, (each) => {
        const { spot, strike, rate, carry, years } = each
        const call = blackScholesPrice({ ...each, right: 'call' })
        const put = blackScholesPrice({ ...each, right: 'put' })
        const parity = spot * Math.exp(-carry * years) - strike * Math.exp(-rate * years)
        expect(Math.abs(call - put - parity)).toBeLessThanOrEqual(5e-15 * (spot + strike))
      }),
    )
  })

  it('accrues the rate on the payoff at expiry', () => {
    const expired = { ...option(), spot: 120, years: 0, rate: 0.1, carry: 0 }
    const { price, delta, thetaPerYear } = blackScholesGreeks(expired)
    expect(price).toBe(20)
    expect(delta).toBe(1)
    expect(thetaPerYear).toBeCloseTo(0.1 * 20 - 0.1 * 120, 12)
  })
})

describe('onForward', () => {
  it('is the same option for Black-76', () => {
    fc.assert(
      fc.property(options, (each) => {
        expect(black76Price(onForward(each))).toBe(blackScholesPrice(each))
      }),
    )
  })

  it('refuses rates that give no forward', () => {
    for (const wrong of [
      { rate: NaN },
      { rate: 1e6 },
      { carry: -1e6 },
      { spot: -1 },
      { rate: -1e6 },
    ]) {
      expect(() => onForward({ ...option(), ...wrong })).toThrow(PricingError)
    }
  })
})

function option(): BlackScholesParameters {
  return {
    right: 'call',
    spot: 100,
    strike: 100,
    volatility: 0.5,
    years: 1,
    rate: 0.05,
    carry: 0.01,
  }
}
