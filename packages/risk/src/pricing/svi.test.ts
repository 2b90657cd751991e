import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import type { SviParameters, SviSlice } from './index.js'
import {
  black76Price,
  calendarFinding,
  durrleman,
  sviFindings,
  sviTotalVariance,
  sviVolatility,
} from './index.js'

const smile: SviParameters = { a: 0.04, b: 0.4, rho: -0.4, m: 0.05, sigma: 0.1 }
const slice: SviSlice = { ...smile, forward: 2_000, referenceYears: 0.25 }
// J. Gatheral & A. Jacquier (2014), §3.1: the curve of A. Vogt, with butterfly arbitrage.
const vogt: SviParameters = { a: -0.041, b: 0.1331, rho: 0.306, m: 0.3586, sigma: 0.4153 }

describe('sviTotalVariance', () => {
  it('is least at m − ρσ/√(1 − ρ²), with the value a + bσ√(1 − ρ²)', () => {
    const { a, b, rho, m, sigma } = smile
    const least = sviTotalVariance(smile, m - (rho * sigma) / Math.sqrt(1 - rho * rho))
    expect(least).toBeCloseTo(a + b * sigma * Math.sqrt(1 - rho * rho), 15)
    for (const k of [-2, -0.5, 0, 0.09, 1]) {
      expect(sviTotalVariance(smile, k)).toBeGreaterThanOrEqual(least)
    }
  })

  it('has wings of slope b(ρ ± 1)', () => {
    const rise = (k: number) => sviTotalVariance(smile, k + 1) - sviTotalVariance(smile, k)
    expect(rise(1e4)).toBeCloseTo(0.4 * 0.6, 7)
    expect(rise(-1e4)).toBeCloseTo(0.4 * -1.4, 7)
  })
})

describe('sviVolatility', () => {
  it('annualises with the feed’s own forward and time', () => {
    const k = Math.log(2_500 / 2_000)
    const expected = Math.sqrt(sviTotalVariance(smile, k) / 0.25)
    expect(sviVolatility(slice, 2_500)).toBeCloseTo(expected, 14)
  })

  it('clips strike and variance where the feed says so', () => {
    const limits = { standardDeviations: 4, totalVariance: 144 }
    const bound = 4 * Math.sqrt(0.04 + 0.4 * 0.1)
    const edge = sviVolatility({ ...slice, limits }, 2_000 * Math.exp(bound))
    expect(sviVolatility({ ...slice, limits }, 1e9)).toBeCloseTo(edge, 12)
    expect(sviVolatility({ ...slice, limits }, 2_100)).toBe(sviVolatility(slice, 2_100))
    const low = sviVolatility({ ...slice, limits }, 2_000 * Math.exp(-bound))
    expect(sviVolatility({ ...slice, limits }, 1e-3)).toBeCloseTo(low, 12)
    const wild = { ...slice, a: 1e6, limits }
    expect(sviVolatility(wild, 2_000)).toBe(Math.sqrt(144 / 0.25))
  })

  it('evaluates a curve with arbitrage as it is quoted', () => {
    const absurd = { ...slice, a: 2_000, b: 50, rho: -3 }
    const volatility = sviVolatility(absurd, 2_000)
    expect(volatility).toBeGreaterThan(80)
    const option = {
      right: 'call',
      forward: 2_000,
      strike: 2_000,
      years: 0.25,
      discount: 1,
    } as const
    expect(black76Price({ ...option, volatility })).toBeCloseTo(2_000, 6)
    expect(sviFindings(absurd).length).toBeGreaterThan(0)
  })

  it('has no volatility where the variance is negative, nor for what is no strike', () => {
    expect(() => sviVolatility({ ...slice, a: -1 }, 2_000)).toThrow(
      /total variance -0\.9.*Do not margin/,
    )
    for (const strike of [0, -1, NaN, Infinity]) {
      expect(() => sviVolatility(slice, strike)).toThrow(PricingError)
    }
    expect(() => sviVolatility({ ...slice, referenceYears: 0 }, 2_000)).toThrow(PricingError)
    expect(() => sviVolatility({ ...slice, forward: 0 }, 2_000)).toThrow(PricingError)
    expect(() => sviVolatility({ ...slice, a: NaN }, 2_000)).toThrow(PricingError)
  })
})

describe('durrleman', () => {
  it('is the density of the smile, up to a positive factor', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.6, max: 0.6, noNaN: true }), (k) => {
        // ∂²C/∂K² = φ(d₂)/(K√w)·g on an undiscounted forward of 1.
        const call = (strike: number) =>
          black76Price({
            right: 'call',
            forward: 1,
            strike,
            volatility: Math.sqrt(sviTotalVariance(smile, Math.log(strike))),
            years: 1,
            discount: 1,
          })
        const strike = Math.exp(k)
        const w = sviTotalVariance(smile, k)
        const d2 = -k / Math.sqrt(w) - Math.sqrt(w) / 2
        const step = 1e-3 * strike
        const second =
          (call(strike + step) - 2 * call(strike) + call(strike - step)) / (step * step)
        const density = Math.exp((-d2 * d2) / 2) / Math.sqrt(2 * Math.PI * w) / strike
        expect(Math.abs(second / density - durrleman(smile, k))).toBeLessThanOrEqual(2e-3)
      }),
    )
  })

  it('is 1 on a flat smile, and defined at a kink', () => {
    expect(durrleman({ a: 0.04, b: 0, rho: 0, m: 0, sigma: 0.1 }, 0.7)).toBe(1)
    expect(Number.isFinite(durrleman({ a: 0.04, b: 0.1, rho: 0.2, m: 0, sigma: 0 }, 0))).toBe(true)
  })
})

describe('sviFindings', () => {
  it('finds nothing on a sound curve', () => {
    expect(sviFindings(smile)).toEqual([])
  })

  it('finds the butterfly of a curve whose other conditions hold', () => {
    const findings = sviFindings(vogt)
    expect(findings.map(({ kind }) => kind)).toEqual(['butterfly'])
    const [butterfly] = findings
    expect(butterfly?.kind === 'butterfly' && butterfly.g).toBeLessThan(-0.01)
    expect(butterfly?.kind === 'butterfly' && butterfly.logMoneyness).toBeCloseTo(0.9, 0)
  })

  it('finds negative variance and steep wings, with their size', () => {
    expect(sviFindings({ ...smile, a: -0.1 })).toContainEqual({
      kind: 'negative-variance',
      minimum: -0.1 + 0.4 * 0.1 * Math.sqrt(1 - 0.16),
    })
    expect(sviFindings({ ...smile, b: 1.5 })).toContainEqual({
      kind: 'steep-wing',
      slope: 1.5 * 1.4,
    })
    expect(sviFindings({ ...smile, b: 2 / 1.4 - 1e-9 }).map(({ kind }) => kind)).not.toContain(
      'steep-wing',
    )
  })

  it.each([
    ['b', -0.1],
    ['rho', 1],
    ['rho', -1],
    ['sigma', 0],
    ['a', NaN],
    ['m', Infinity],
  ] as const)('names the parameter %s = %s outside its domain', (parameter, value) => {
    expect(sviFindings({ ...smile, [parameter]: value })).toEqual([
      { kind: 'parameter', parameter, value },
    ])
  })
})

describe('calendarFinding', () => {
  const near = { svi: slice, years: 0.25 }

  it('finds nothing where total variance rises with time', () => {
    expect(calendarFinding(near, { svi: { ...slice, a: 0.05 }, years: 0.25 })).toBeNull()
    expect(calendarFinding(near, { svi: slice, years: 0.5 })).toBeNull()
    expect(calendarFinding(near, near)).toBeNull()
  })

  it('names where it falls most', () => {
    const flat = { svi: { ...slice, a: 0.09, b: 0, referenceYears: 0.5 }, years: 0.5 }
    const finding = calendarFinding(near, flat)
    expect(finding).toEqual({
      kind: 'calendar',
      logMoneyness: -3,
      earlier: sviTotalVariance(smile, -3),
      later: 0.09,
    })
    expect(calendarFinding(near, flat, { from: 0, to: 0.05, steps: 5 })?.kind).toBe('calendar')
    expect(calendarFinding(near, flat, { from: 0.05, to: 0.1, steps: 5 })).toBeNull()
  })
})
