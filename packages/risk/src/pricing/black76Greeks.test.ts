import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import { emptyForwardGreeks } from './black76Greeks.js'
import type { Black76Parameters, ForwardGreeks } from './index.js'
import { black76Delta, black76Greeks, black76GreeksInto, black76Price } from './index.js'

const file = JSON.parse(
  readFileSync(new URL('../../../../test/truth/black.json', import.meta.url), 'utf8'),
)
const cases = file.cases.filter(({ model }: { model: string }) => model === 'black76')

/** Options near enough to the money that differences of their prices keep their digits. */
const options: fc.Arbitrary<Black76Parameters> = fc
  .record({
    right: fc.constantFrom('call' as const, 'put' as const),
    forward: fc.double({ min: 10, max: 1e5, noNaN: true }),
    deviations: fc.double({ min: -3, max: 3, noNaN: true }),
    volatility: fc.double({ min: 0.1, max: 3, noNaN: true }),
    years: fc.double({ min: 0.02, max: 3, noNaN: true }),
    discount: fc.double({ min: 0.5, max: 1, noNaN: true }),
  })
  .map(({ deviations, ...option }) => ({
    ...option,
    strike: option.forward * Math.exp(deviations * option.volatility * Math.sqrt(option.years)),
  }))

/** Derivative by the central difference of sixth order. */
function slope(f: (x: number) => number, x: number, step: number): number {
  const odd = (k: number) => f(x + k * step) - f(x - k * step)
  return (45 * odd(1) - 9 * odd(2) + odd(3)) / (60 * step)
}

/** An option on a relative step that suits the width of its distribution. */
function widths({ forward, volatility, years }: Black76Parameters) {
  const total = volatility * Math.sqrt(years)
  return { forward: 0.01 * forward * Math.min(1, total), volatility: 0.01 * volatility }
}

describe('black76Greeks', () => {
  for (const { id, type, F, K, T, vol, df, expect: truth } of cases) {
    it(`reproduces ${id}`, () => {
      const greeks = black76Greeks({
        right: type,
        forward: Number(F),
        strike: Number(K),
        volatility: Number(vol),
        years: Number(T),
        discount: Number(df),
      })
      const near = (value: number, expected: string) => {
        const allowed = 1e-12 * Math.abs(Number(expected)) + 1e-12
        expect(Math.abs(value - Number(expected))).toBeLessThanOrEqual(allowed)
      }
      expect(Math.abs(greeks.price - Number(truth.price))).toBeLessThanOrEqual(1e-15 * Number(F))
      near(greeks.delta, truth.deltaForward)
      near(greeks.gamma, truth.gammaForward)
      near(greeks.vega, truth.vega)
      near(greeks.thetaPerYear, truth.thetaPerYear)
      near(greeks.vanna, truth.vannaForward)
      near(greeks.volga, truth.volga)
    })
  }

  it('names its convention', () => {
    const { convention } = black76Greeks({ ...option(), right: 'put' })
    expect(convention).toEqual({ underlying: 'forward', unit: 'numeraire' })
  })

  it('has the price and delta of the functions that give them alone', () => {
    fc.assert(
      fc.property(options, (each) => {
        const greeks = black76Greeks(each)
        expect(greeks.price).toBe(black76Price(each))
        expect(greeks.delta).toBe(black76Delta(each))
      }),
    )
  })

  it('has the slopes of its price and of its own delta and vega', () => {
    fc.assert(
      fc.property(options, (each) => {
        const greeks = black76Greeks(each)
        const { forward, volatility, years } = each
        const step = widths(each)
        const atForward = (x: number) => black76Greeks({ ...each, forward: x })
        const atVolatility = (x: number) => black76Greeks({ ...each, volatility: x })
        const total = volatility * Math.sqrt(years)
        const near = (value: number, measured: number, scale: number) =>
          expect(Math.abs(value - measured)).toBeLessThanOrEqual(1e-8 * scale)
        near(
          greeks.delta,
          slope((x) => atForward(x).price, forward, step.forward),
          1,
        )
        near(
          greeks.gamma,
          slope((x) => atForward(x).delta, forward, step.forward),
          1 / (forward * total),
        )
        const root = forward * Math.sqrt(years)
        near(
          greeks.vega,
          slope((x) => atVolatility(x).price, volatility, step.volatility),
          root,
        )
        near(
          greeks.vanna,
          slope((x) => atVolatility(x).delta, volatility, step.volatility),
          10 / volatility,
        )
        near(
          greeks.volga,
          slope((x) => atVolatility(x).vega, volatility, step.volatility),
          (10 * root) / volatility,
        )
      }),
    )
  })

  it('decays with the calendar at a constant rate, and falls with the rate at a constant forward', () => {
    fc.assert(
      fc.property(options, (each) => {
        const { years, forward, volatility } = each
        const rate = -Math.log(each.discount) / years
        const later = (time: number) =>
          black76Price({ ...each, years: time, discount: Math.exp(-rate * time) })
        const { thetaPerYear, rhoAtForward } = black76Greeks(each)
        const scale = (forward * Math.max(1, volatility)) / Math.sqrt(years) + forward * rate
        const decay = -slope(later, years, 0.01 * years)
        expect(Math.abs(thetaPerYear - decay)).toBeLessThanOrEqual(1e-7 * scale)
        const atRate = (r: number) => black76Price({ ...each, discount: Math.exp(-r * years) })
        const measured = slope(atRate, rate, 1e-3)
        expect(Math.abs(rhoAtForward - measured)).toBeLessThanOrEqual(1e-9 * forward * (1 + years))
      }),
    )
  })

  it('differs between call and put of a strike only in delta, theta and rho, by parity', () => {
    fc.assert(
      fc.property(options, (each) => {
        const call = black76Greeks({ ...each, right: 'call' })
        const put = black76Greeks({ ...each, right: 'put' })
        const { forward, strike, discount } = each
        const slack = 2e-15 * (forward + strike)
        expect(call.gamma).toBe(put.gamma)
        expect(call.vega).toBe(put.vega)
        expect(call.vanna).toBe(put.vanna)
        expect(call.volga).toBe(put.volga)
        expect(Math.abs(call.delta - put.delta - discount)).toBeLessThanOrEqual(3e-16)
        const parity = call.price - put.price - discount * (forward - strike)
        expect(Math.abs(parity)).toBeLessThanOrEqual(slack)
      }),
    )
  })

  it('is unchanged when forward and strike swap and the right turns', () => {
    fc.assert(
      fc.property(options, (each) => {
        const { forward, strike, right } = each
        const mirrored = black76Greeks({
          ...each,
          forward: strike,
          strike: forward,
          right: right === 'call' ? 'put' : 'call',
        })
        const greeks = black76Greeks(each)
        const slack = 1e-13 * (forward + strike)
        expect(Math.abs(mirrored.price - greeks.price)).toBeLessThanOrEqual(slack)
        expect(Math.abs(mirrored.vega - greeks.vega)).toBeLessThanOrEqual(slack)
      }),
    )
  })

  it('never falls where the volatility rises, nor moves against the strike', () => {
    fc.assert(
      fc.property(options, fc.double({ min: 1e-6, max: 1, noNaN: true }), (each, more) => {
        const price = black76Price(each)
        const slack = 1e-15 * (each.forward + each.strike)
        const wilder = black76Price({ ...each, volatility: each.volatility * (1 + more) })
        expect(wilder).toBeGreaterThanOrEqual(price - slack)
        const higher = black76Price({ ...each, strike: each.strike * (1 + more) })
        const isAgainst = each.right === 'call' ? price - higher : higher - price
        expect(isAgainst).toBeGreaterThanOrEqual(-slack)
        expect(isAgainst).toBeLessThanOrEqual(each.discount * each.strike * more + slack)
      }),
    )
  })

  it('is the discounted payoff and its slope when nothing can move any more', () => {
    const greeks = black76Greeks({ ...option(), volatility: 0, forward: 120 })
    expect(greeks).toEqual({
      convention: { underlying: 'forward', unit: 'numeraire' },
      price: 18,
      delta: 0.9,
      gamma: 0,
      vega: 0,
      thetaPerYear: -Math.log(0.9) * 18,
      vanna: 0,
      volga: 0,
      rhoAtForward: -18,
    })
    const expired = black76Greeks({ ...option(), years: 0, discount: 1 })
    expect(expired.delta).toBe(0.5)
    expect(expired.thetaPerYear).toBe(0)
    expect(black76Greeks({ ...option(), discount: 0 }).thetaPerYear).toBe(0)
    expect(black76Greeks({ ...option(), forward: 0, right: 'put' }).delta).toBe(-0.9)
    expect(black76Greeks({ ...option(), strike: 0 }).vega).toBe(0)
  })

  it('refuses what is no number', () => {
    expect(() => black76Greeks({ ...option(), forward: -1 })).toThrow(PricingError)
    expect(() => black76Greeks({ ...option(), volatility: NaN })).toThrow(PricingError)
  })
})

describe('black76GreeksInto', () => {
  it('writes every field of the room it is given, and returns it', () => {
    const out = emptyForwardGreeks()
    fc.assert(
      fc.property(options, (each) => {
        const result: ForwardGreeks = black76GreeksInto(each, out)
        expect(result).toBe(out)
        expect(result).toEqual(black76Greeks(each))
      }),
    )
  })
})

function option(): Black76Parameters {
  return { right: 'call', forward: 100, strike: 100, volatility: 0.5, years: 1, discount: 0.9 }
}
