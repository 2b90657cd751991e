import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import {
  black76Delta,
  black76Price,
  exp,
  forwardDelta,
  forwardPrice,
  log,
  logRatio,
  normalCdf,
  normalDensity,
  power,
} from './index.js'

// Reference values: mpmath 1.3 at 64 digits, of the double nearest to the argument.
const EXP: readonly [string, string][] = [
  ['0', '1.0'],
  ['1', '2.718281828459045235360287'],
  ['-1', '0.3678794411714423215955238'],
  ['0.34657359027997264', '1.414213562373095032403551'],
  ['1e-10', '1.000000000100000000005'],
  ['20.5', '799902177.4755054067045988'],
  ['-20.5', '1.250152866386742628937553e-9'],
  ['700.25', '1.302299736699178393533542e+304'],
  ['709.782', '1.796412028020638796536424e+308'],
  ['-707.9', '3.655411389615008348316559e-308'],
  ['-740', '4.18873988004804893945754e-322'],
]
const LOG: readonly [string, string][] = [
  ['1', '0.0'],
  ['2', '0.6931471805599453094172321'],
  ['10', '2.302585092994045684017991'],
  ['0.1', '-2.30258509299404562850684'],
  ['0.7071067811865475', '-0.3465735902799727433597754'],
  ['1.4142135623730951', '0.3465735902799727230667026'],
  ['1.4142135623730954', '0.3465735902799728800759485'],
  ['0.999999', '-0.000001000000500029089026855238'],
  ['1e-310', '-713.8013788281541651006446'],
  ['5e-324', '-744.4400719213812623141073'],
  ['1.7976931348623157e308', '709.7827128933839967322234'],
]
const NORMAL: readonly [string, string][] = [
  ['0', '0.5'],
  ['0.1', '0.5398278372770289836689339'],
  ['-0.6', '0.2742531177500735876934353'],
  ['0.66', '0.7453730853286638623633373'],
  ['-0.67', '0.251428895095310101551993'],
  ['1', '0.8413447460685429485852325'],
  ['-1', '0.1586552539314570514147675'],
  ['1.96', '0.9750021048517795637871763'],
  ['-5', '0.0000002866515718791939116737523'],
  ['-5.65', '8.022391850663497599123673e-9'],
  ['-5.66', '7.568649751997713714337718e-9'],
  ['-10', '7.619853024160526065973343e-24'],
  ['-37', '5.725571222524576822683193e-300'],
]

describe('exp', () => {
  it.each(EXP)('of %s is %s within one unit in the last place', (x, expected) => {
    expect(ulps(exp(Number(x)), Number(expected))).toBeLessThanOrEqual(1)
  })

  it('meets the ends of the range', () => {
    expect(exp(709.782712893384)).toBeLessThan(Infinity)
    expect(exp(709.79)).toBe(Infinity)
    expect(exp(Infinity)).toBe(Infinity)
    expect(exp(-745.2)).toBe(0)
    expect(exp(-Infinity)).toBe(0)
    expect(exp(NaN)).toBeNaN()
  })

  it('never falls where its argument rises', () => {
    fc.assert(
      fc.property(fc.double({ min: -745, max: 709, noNaN: true }), (x) => {
        expect(exp(x + Math.abs(x) * 1e-14 + 1e-15)).toBeGreaterThanOrEqual(exp(x))
      }),
    )
  })

  it('keeps its bits', () => {
    let sum = 0
    for (let i = -3000; i < 3000; i++) sum += exp(i / 1000) * (i % 2 === 0 ? 1 : -1.5)
    expect(sum).toBe(-5018.9494948725005)
  })
})

describe('log', () => {
  it.each(LOG)('of %s is %s within one unit in the last place', (x, expected) => {
    expect(ulps(log(Number(x)), Number(expected))).toBeLessThanOrEqual(1)
  })

  it('has no value below zero and none that is finite at the ends', () => {
    expect(log(-1)).toBeNaN()
    expect(log(NaN)).toBeNaN()
    expect(log(0)).toBe(-Infinity)
    expect(log(Infinity)).toBe(Infinity)
  })

  it('undoes exp', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(log(exp(x)) - x)).toBeLessThanOrEqual(2.3e-16 * Math.max(1, Math.abs(x)))
      }),
    )
  })
})

describe('logRatio', () => {
  it('keeps its digits where both are nearly equal', () => {
    expect(ulps(logRatio(1, 1.0000001), -9.999999505838704e-8)).toBeLessThanOrEqual(1)
    expect(ulps(logRatio(3000, 2000), 0.4054651081081644)).toBeLessThanOrEqual(1)
    expect(ulps(logRatio(2000, 3000), -0.4054651081081644)).toBeLessThanOrEqual(1)
    expect(logRatio(7, 7)).toBe(0)
  })
})

describe('power', () => {
  it('is exact for the exponents that portfolios mostly have', () => {
    expect(power(0.8, 1)).toBe(0.8)
    expect(power(0.8, 0)).toBe(1)
    expect(power(0.8, 2)).toBe(0.8 * 0.8)
    expect(power(0.8, -1)).toBe(1.25)
    expect(power(0, 0.5)).toBe(0)
  })

  it('is the exponential of the scaled logarithm else', () => {
    expect(power(0.8, 0.5)).toBeCloseTo(Math.sqrt(0.8), 15)
    expect(power(1.2, 3)).toBeCloseTo(1.728, 14)
  })
})

describe('normalCdf', () => {
  it.each(NORMAL)('of %s is %s to 1e-15 relative', (x, expected) => {
    expect(Math.abs(normalCdf(Number(x)) / Number(expected) - 1)).toBeLessThanOrEqual(1e-15)
  })

  it('is 0, 1 or no number at the ends', () => {
    expect(normalCdf(-Infinity)).toBe(0)
    expect(normalCdf(Infinity)).toBe(1)
    expect(normalCdf(NaN)).toBeNaN()
    expect(normalCdf(9)).toBe(1)
  })

  it('is symmetric, and its slope is the density', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (x) => {
        expect(Math.abs(normalCdf(x) + normalCdf(-x) - 1)).toBeLessThanOrEqual(2.3e-16)
        const slope = (normalCdf(x + 1e-5) - normalCdf(x - 1e-5)) / 2e-5
        expect(Math.abs(slope - normalDensity(x))).toBeLessThanOrEqual(2e-11)
      }),
    )
  })
})

describe('black76Price and black76Delta', () => {
  const file = JSON.parse(
    readFileSync(new URL('../../../../test/truth/black.json', import.meta.url), 'utf8'),
  )
  const cases = file.cases.filter(({ model }: { model: string }) => model === 'black76')

  it('covers every Black-76 case of the truth file', () => {
    expect(cases.length).toBe(25)
  })

  for (const { id, type, F, K, T, vol, df, expect: truth } of cases) {
    it(`reproduces ${id}`, () => {
      const option = {
        right: type,
        forward: Number(F),
        strike: Number(K),
        volatility: Number(vol),
        years: Number(T),
        discount: Number(df),
      }
      expect(Math.abs(black76Price(option) - Number(truth.price))).toBeLessThanOrEqual(
        1e-15 * option.forward,
      )
      expect(Math.abs(black76Delta(option) - Number(truth.deltaForward))).toBeLessThanOrEqual(1e-13)
    })
  }

  it('keeps the relative accuracy of a price far out of the money', () => {
    const far = { forward: 100, volatility: 0.3, years: 0.1, discount: 1 }
    const price = black76Price({ ...far, right: 'call', strike: 300 })
    expect(Math.abs(price / 3.6187963414875e-31 - 1)).toBeLessThan(1e-11)
  })

  it('is the discounted payoff when no time or no volatility is left', () => {
    const base = { forward: 120, strike: 100, volatility: 0, years: 1, discount: 0.9 }
    expect(black76Price({ ...base, right: 'call' })).toBe(18)
    expect(black76Price({ ...base, right: 'put' })).toBe(0)
    expect(black76Delta({ ...base, right: 'call' })).toBe(0.9)
    expect(black76Delta({ ...base, right: 'put' })).toBe(0)
    expect(black76Price({ ...base, right: 'put', forward: 80, volatility: 1, years: 0 })).toBe(18)
    expect(black76Delta({ ...base, right: 'put', forward: 80, years: 0 })).toBe(-0.9)
    expect(black76Delta({ ...base, right: 'call', forward: 100 })).toBe(0.45)
    expect(black76Delta({ ...base, right: 'put', forward: 100 })).toBe(-0.45)
  })

  it('is bounded where the forward or the strike is 0', () => {
    const base = { volatility: 0.5, years: 1, discount: 1 }
    expect(black76Price({ ...base, right: 'call', forward: 50, strike: 0 })).toBe(50)
    expect(black76Price({ ...base, right: 'put', forward: 0, strike: 50 })).toBe(50)
    expect(black76Price({ ...base, right: 'call', forward: 0, strike: 50 })).toBe(0)
  })

  it('satisfies put-call parity and its bounds, and delta is the slope of the price', () => {
    const positive = fc.double({ min: 1, max: 1e5, noNaN: true })
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: 0.001, max: 4, noNaN: true }),
        (forward, moneyness, total) => {
          const strike = forward * moneyness
          const call = forwardPrice(true, forward, strike, total)
          const put = forwardPrice(false, forward, strike, total)
          expect(Math.abs(call - put - (forward - strike))).toBeLessThanOrEqual(4e-15 * forward * 5)
          expect(call).toBeGreaterThanOrEqual(Math.max(0, forward - strike))
          expect(call).toBeLessThanOrEqual(forward)
          expect(put).toBeLessThanOrEqual(strike)
          const step = forward * 1e-4 * Math.min(1, total)
          const slope =
            (forwardPrice(true, forward + step, strike, total) -
              forwardPrice(true, forward - step, strike, total)) /
            (2 * step)
          expect(Math.abs(slope - forwardDelta(true, forward, strike, total))).toBeLessThan(1e-6)
          const parity =
            forwardDelta(true, forward, strike, total) - forwardDelta(false, forward, strike, total)
          expect(Math.abs(parity - 1)).toBeLessThanOrEqual(2.3e-16)
        },
      ),
    )
  })

  it.each(['forward', 'strike', 'volatility', 'years', 'discount'] as const)(
    'refuses a %s that is negative or not finite',
    (field) => {
      const option = {
        right: 'call',
        forward: 100,
        strike: 100,
        volatility: 0.2,
        years: 1,
        discount: 1,
      } as const
      for (const value of [-1e-9, NaN, Infinity]) {
        expect(() => black76Price({ ...option, [field]: value })).toThrow(PricingError)
        expect(() => black76Delta({ ...option, [field]: value })).toThrow(PricingError)
      }
    },
  )
})

/** Distance in units of the last place of `expected`. */
function ulps(value: number, expected: number): number {
  if (value === expected) return 0
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(expected))
  const next = view.getBigUint64(0) + 1n
  view.setBigUint64(0, next)
  return Math.abs(value - expected) / (view.getFloat64(0) - Math.abs(expected))
}
