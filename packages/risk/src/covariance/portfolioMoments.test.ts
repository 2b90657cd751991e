import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CovarianceError,
  momentsOf,
  observationsOf,
  portfolioReturns,
  portfolioVariance,
  sampleCovariance,
} from './index.js'

/** Returns of up to ±30 %, in steps of a basis point. */
const returns = fc.integer({ min: -3000, max: 3000 }).map((steps) => steps / 10_000)
const rowsOf = (columns: number, least = 2) =>
  fc.array(fc.array(returns, { minLength: columns, maxLength: columns }), {
    minLength: least,
    maxLength: 12,
  })
const weighted = fc.integer({ min: 1, max: 4 }).chain((columns) => {
  const weights = fc.array(
    fc.integer({ min: -200, max: 200 }).map((percent) => percent / 100),
    {
      minLength: columns,
      maxLength: columns,
    },
  )
  return fc.tuple(rowsOf(columns), weights)
})

const runs = { numRuns: 60 }

describe('the moments of a portfolio', () => {
  it('agree between its returns and its covariance', () => {
    fc.assert(
      fc.property(weighted, ([rows, w]) => {
        const observations = observationsOf(rows)
        const weights = Float64Array.from(w)
        const { standardDeviation } = momentsOf(portfolioReturns(observations, weights))
        const variance = portfolioVariance(sampleCovariance(observations), weights)
        expect(Math.abs(variance - standardDeviation ** 2)).toBeLessThanOrEqual(1e-14)
      }),
      runs,
    )
  })

  it('do not depend on the unit above the second, and turn with the sign', () => {
    fc.assert(
      fc.property(fc.array(returns, { minLength: 3, maxLength: 20 }), (series) => {
        const given = momentsOf(Float64Array.from(series))
        fc.pre(given.standardDeviation > 1e-3)
        const turned = momentsOf(Float64Array.from(series, (x) => -4 * x))
        expect(turned.mean).toBeCloseTo(-4 * given.mean, 13)
        expect(turned.standardDeviation).toBeCloseTo(4 * given.standardDeviation, 13)
        expect(turned.skewness).toBeCloseTo(-(given.skewness ?? NaN), 8)
        expect(turned.excessKurtosis).toBeCloseTo(given.excessKurtosis ?? NaN, 8)
      }),
      runs,
    )
  })

  it('have no shape where nothing moves', () => {
    const flat = momentsOf(Float64Array.of(0.1, 0.1, 0.1))
    expect(flat).toEqual({ mean: 0.1, standardDeviation: 0, skewness: null, excessKurtosis: null })
  })

  it('are those of two equal masses: no skewness, excess kurtosis −2', () => {
    const moments = momentsOf(Float64Array.of(1, 3))
    expect(moments).toEqual({ mean: 2, standardDeviation: 1, skewness: 0, excessKurtosis: -2 })
  })

  it('lean to the side of the long tail', () => {
    // Deviations −1, −1, −1 and 3: variance 3, third moment 6, fourth 21.
    const moments = momentsOf(Float64Array.of(0, 0, 4, 0))
    expect(moments.mean).toBe(1)
    expect(moments.standardDeviation).toBe(Math.sqrt(3))
    expect(moments.skewness).toBeCloseTo(6 / 3 ** 1.5, 14)
    expect(moments.excessKurtosis).toBeCloseTo(21 / 9 - 3, 14)
  })

  it('are of the weighted sums, by hand', () => {
    const observations = observationsOf([
      [0.02, 0.04],
      [-0.02, 0],
    ])
    const sums = portfolioReturns(observations, Float64Array.of(0.5, 0.25))
    expect([...sums]).toEqual([0.02, -0.01])
    expect(portfolioVariance(Float64Array.of(4, 3, 3, 9), Float64Array.of(1, -1))).toBe(7)
    expect(portfolioVariance(Float64Array.of(4, 3, 3, 9), Float64Array.of(2, 1))).toBe(37)
  })

  it('never give a hedge a negative variance', () => {
    const all = Float64Array.of(0.01, 0.01, 0.01, 0.01 - 1e-18)
    expect(portfolioVariance(all, Float64Array.of(1, -1))).toBe(0)
  })

  it.each<[string, () => unknown, RegExp]>([
    ['no return', () => momentsOf(new Float64Array()), /0 returns are too few: at least 1/],
    [
      'a weight too few',
      () => portfolioReturns(observationsOf([[1, 2]]), Float64Array.of(1)),
      /1 weights do not fit 2 factors/,
    ],
    [
      'a weight too many',
      () => portfolioVariance(Float64Array.of(1), Float64Array.of(1, 1)),
      /2 weights do not fit 1 factors/,
    ],
    [
      'observations that do not fit their shape',
      () =>
        portfolioReturns(
          { values: new Float64Array(3), rows: 2, columns: 2 },
          Float64Array.of(1, 1),
        ),
      /3 returns are not 2 observations/,
    ],
    [
      'a weight that is no number',
      () => portfolioVariance(Float64Array.of(1), Float64Array.of(NaN)),
      /Weight 0 is NaN/,
    ],
  ])('refuse %s', (_what, run, message) => {
    expect(run).toThrow(CovarianceError)
    expect(run).toThrow(message)
  })
})
