import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CovarianceError,
  ewmaVariancesInto,
  ewmaVolatility,
  filteredObservations,
  filteredReturns,
  filteredReturnsInto,
  garchVariancesInto,
  garchVolatility,
  observationsOf,
  RISKMETRICS_LAMBDA,
} from './index.js'

/** Returns of up to ±30 %, in steps of a basis point. */
const returns = fc
  .array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 30 })
  .map((steps) => Float64Array.from(steps, (step) => step / 10_000))
const lambdas = fc.double({ min: 0.5, max: 0.99, noNaN: true })
const runs = { numRuns: 60 }
const relativeError = (got: number, expected: number) => Math.abs(got / expected - 1)

const refusals = (cases: readonly (readonly [string, () => unknown, RegExp])[]) => {
  it.each(cases)('refuses %s', (_what, run, message) => {
    expect(run).toThrow(CovarianceError)
    expect(run).toThrow(message)
  })
}

describe('ewmaVolatility', () => {
  it('stays at |r| where every return is ±r', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        lambdas,
        (size, signs, lambda) => {
          const series = Float64Array.from(signs, (up) => (up ? size : -size))
          const { first, last, next } = ewmaVolatility(series, { lambda })
          for (const volatility of [first, last, next])
            expect(relativeError(volatility, size)).toBeLessThanOrEqual(1e-14)
        },
      ),
      runs,
    )
  })

  it('scales with the returns, and lies between the least and the greatest of them', () => {
    fc.assert(
      fc.property(returns, lambdas, (series, lambda) => {
        const { first, last, next } = ewmaVolatility(series, { lambda })
        const doubled = ewmaVolatility(
          series.map((value) => 2 * value),
          { lambda },
        )
        expect(doubled).toEqual({ first: 2 * first, last: 2 * last, next: 2 * next })
        const sizes = series.map(Math.abs)
        for (const volatility of [first, last, next]) {
          expect(volatility).toBeLessThanOrEqual(Math.max(...sizes) * (1 + 1e-14))
          expect(volatility).toBeGreaterThanOrEqual(Math.min(...sizes) * (1 - 1e-14))
        }
      }),
      runs,
    )
  })

  it('forecasts before it sees: the recursion, by hand, from a given seed', () => {
    const variances = new Float64Array(2)
    const parameters = { lambda: 0.75, seedVariance: 16 }
    const next = ewmaVariancesInto(variances, Float64Array.of(2, 4), parameters)
    expect([...variances, next]).toEqual([16, 13, 13.75])
    expect(ewmaVolatility(Float64Array.of(2, 4), parameters)).toEqual({
      first: 4,
      last: Math.sqrt(13),
      next: Math.sqrt(13.75),
    })
  })

  it('starts from the mean square where no seed is given', () => {
    expect(ewmaVolatility(Float64Array.of(1, 7), { lambda: RISKMETRICS_LAMBDA }).first).toBe(5)
    expect(RISKMETRICS_LAMBDA).toBe(0.94)
  })

  refusals([
    ['no return', () => ewmaVolatility(new Float64Array(), { lambda: 0.94 }), /0 returns/],
    ['a gap', () => ewmaVolatility(Float64Array.of(1, NaN), { lambda: 0.94 }), /Return 1 is NaN/],
    ['a λ of 0', () => ewmaVolatility(Float64Array.of(1), { lambda: 0 }), /λ is 0\b/],
    ['a λ of 1', () => ewmaVolatility(Float64Array.of(1), { lambda: 1 }), /λ is 1\b/],
    [
      'a negative seed',
      () => ewmaVolatility(Float64Array.of(1), { lambda: 0.5, seedVariance: -1 }),
      /first variance is -1/,
    ],
    [
      'an infinite seed',
      () => ewmaVolatility(Float64Array.of(1), { lambda: 0.5, seedVariance: Infinity }),
      /first variance is Infinity/,
    ],
    [
      'an array of another length',
      () => ewmaVariancesInto(new Float64Array(2), Float64Array.of(1), { lambda: 0.5 }),
      /2 places do not hold the variances of 1 returns/,
    ],
  ])
})

describe('garchVolatility', () => {
  const parameters = { omega: 2e-5, alpha: 0.08, beta: 0.9 }

  it('forecasts before it sees: the recursion, by hand', () => {
    const variances = new Float64Array(2)
    const given = { omega: 1, alpha: 0.25, beta: 0.5, mean: 1, firstVariance: 16 }
    expect(garchVariancesInto(variances, Float64Array.of(3, -3), given)).toBe(10)
    expect([...variances]).toEqual([16, 10])
    const { first, last, next, longRun } = garchVolatility(Float64Array.of(3, -3), given)
    expect([first, last, next, longRun]).toEqual([4, Math.sqrt(10), Math.sqrt(10), 2])
  })

  it('starts from the mean squared residual where nothing else is given', () => {
    expect(garchVolatility(Float64Array.of(1, 7), parameters).first).toBe(5)
    expect(garchVolatility(Float64Array.of(2, 8), { ...parameters, mean: 1 }).first).toBe(5)
  })

  it('has the likelihood of independent normals where α = β = 0', () => {
    // ln of the density of N(0, 4) at ±2, which is −½·(ln 2π + ln 4 + 1).
    const flat = { omega: 4, alpha: 0, beta: 0 }
    const { logLikelihood } = garchVolatility(Float64Array.of(2, -2), flat)
    expect(logLikelihood).toBeCloseTo(-(Math.log(2 * Math.PI) + Math.log(4) + 1), 13)
  })

  it('tends to its long run, from above and from below', () => {
    const calm = garchVolatility(new Float64Array(400), { ...parameters, firstVariance: 1 })
    // Returns of 0 leave ω/(1 − β).
    expect(calm.next).toBeCloseTo(Math.sqrt(2e-5 / 0.1), 10)
    expect(calm.longRun).toBeCloseTo(Math.sqrt(2e-5 / 0.02), 10)
    const series = Float64Array.from({ length: 400 }, () => calm.longRun)
    expect(
      relativeError(
        garchVolatility(series, { ...parameters, firstVariance: 1e-8 }).next,
        calm.longRun,
      ),
    ).toBeLessThanOrEqual(1e-3)
  })

  it('is the EWMA in the limit of ω = 0 and α + β = 1', () => {
    fc.assert(
      fc.property(returns, (series) => {
        const seedVariance = 1e-3
        const ewma = ewmaVolatility(series, { lambda: 0.9, seedVariance })
        const limit = { omega: 1e-18, alpha: 0.1 - 1e-15, beta: 0.9, firstVariance: seedVariance }
        expect(relativeError(garchVolatility(series, limit).next, ewma.next)).toBeLessThanOrEqual(
          1e-12,
        )
      }),
      runs,
    )
  })

  const one = Float64Array.of(0.1)
  refusals([
    ['ω of 0', () => garchVolatility(one, { ...parameters, omega: 0 }), /ω = 0,/],
    ['ω of ∞', () => garchVolatility(one, { ...parameters, omega: Infinity }), /ω = Infinity/],
    ['a negative α', () => garchVolatility(one, { ...parameters, alpha: -0.1 }), /α = -0.1/],
    ['a negative β', () => garchVolatility(one, { ...parameters, beta: -0.1 }), /β = -0.1/],
    [
      'α + β of 1',
      () => garchVolatility(one, { omega: 1, alpha: 0.5, beta: 0.5 }),
      /no stationary GARCH/,
    ],
    ['a mean of NaN', () => garchVolatility(one, { ...parameters, mean: NaN }), /mean .* is NaN/],
    ['returns of 0 alone', () => garchVolatility(new Float64Array(3), parameters), /variance is 0/],
    [
      'a negative start',
      () => garchVolatility(one, { ...parameters, firstVariance: -1 }),
      /first variance is -1/,
    ],
    ['no return', () => garchVolatility(new Float64Array(), parameters), /0 returns/],
  ])
})

describe('filteredReturns', () => {
  it('leaves returns of one size as they are, and keeps every sign and zero', () => {
    fc.assert(
      fc.property(returns, lambdas, (series, lambda) => {
        const filtered = filteredReturns(series, { lambda })
        expect(filtered.map(Math.sign)).toEqual(series.map((value) => Math.sign(value) + 0))
        const level = filteredReturns(
          series.map((value) => (value < 0 ? -0.02 : 0.02)),
          { lambda },
        )
        for (const value of level)
          expect(relativeError(Math.abs(value), 0.02)).toBeLessThanOrEqual(1e-13)
      }),
      runs,
    )
  })

  it('brings a calm past to the volatility of a wild present', () => {
    const series = Float64Array.from(
      { length: 60 },
      (_, t) => (t % 2 ? 1 : -1) * (t < 30 ? 0.01 : 0.05),
    )
    const filtered = filteredReturns(series, { lambda: 0.94 })
    expect(Math.abs(filtered[29] ?? NaN)).toBeGreaterThan(0.02)
    expect(filtered[29]).toBeGreaterThan(series[29] ?? NaN)
  })

  it('is rₜ·√(next/σ²ₜ) with the variances of any filter', () => {
    const filtered = new Float64Array(2)
    const written = filteredReturnsInto(filtered, Float64Array.of(2, 0), Float64Array.of(1, 0), 9)
    expect(written).toBe(filtered)
    expect([...filtered]).toEqual([6, 0])
  })

  it('gives a factor that never moved no moves', () => {
    expect([...filteredReturns(new Float64Array(3), { lambda: 0.94 })]).toEqual([0, 0, 0])
  })

  it('filters each factor by itself and keeps the dates together', () => {
    const rows = [
      [0.01, -0.2],
      [-0.03, 0.1],
      [0.02, 0.4],
    ]
    const { values, ...shape } = filteredObservations(observationsOf(rows), { lambda: 0.9 })
    expect(shape).toEqual({ rows: 3, columns: 2 })
    for (const j of [0, 1]) {
      const alone = filteredReturns(
        Float64Array.from(rows, (row) => row[j] ?? NaN),
        { lambda: 0.9 },
      )
      expect([values[j], values[2 + j], values[4 + j]]).toEqual([...alone])
    }
  })

  const one = Float64Array.of(1)
  refusals([
    [
      'a seed of 0 before a move',
      () => filteredReturns(one, { lambda: 0.9, seedVariance: 0 }),
      /Return 0 is 1 where the forecast variance is 0/,
    ],
    [
      'a place too few',
      () => filteredReturnsInto(new Float64Array(0), one, one, 1),
      /1 returns, 1 variances and 0 places/,
    ],
    [
      'a variance too many',
      () => filteredReturnsInto(one, one, new Float64Array(2), 1),
      /1 returns, 2 variances and 1 places/,
    ],
    [
      'observations of a false shape',
      () => filteredObservations({ values: one, rows: 2, columns: 1 }, { lambda: 0.9 }),
      /1 returns are not 2 observations/,
    ],
  ])
})
