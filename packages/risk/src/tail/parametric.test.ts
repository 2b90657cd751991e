import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { momentsOf } from '../covariance/portfolioMoments.js'
import {
  cornishFisherQuantile,
  ellipticalTail,
  gaussianMultipliers,
  historicalTail,
  LevelError,
  linearPortfolioTail,
  modifiedTail,
  shortfallContributions,
  studentTMultipliers,
  TailError,
  TooFewObservationsError,
  unitVarianceMultipliers,
  unitVarianceScale,
} from './index.js'

const amount = fc.double({ min: -1e4, max: 1e4, noNaN: true })
const level = fc.double({ min: 0.5, max: 0.9999, noNaN: true })
const degrees = fc.oneof(fc.constant(Infinity), fc.double({ min: 2.1, max: 100, noNaN: true }))
const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
const gross = (values: Float64Array): number =>
  values.reduce((total, value) => total + Math.abs(value), 0)

/** A random covariance AA', with exposures and means. */
const portfolio = fc.integer({ min: 1, max: 5 }).chain((size) => {
  const vector = fc.array(amount, { minLength: size, maxLength: size })
  const small = fc.double({ min: -0.1, max: 0.1, noNaN: true })
  return fc
    .record({
      exposures: vector,
      mean: fc.array(small, { minLength: size, maxLength: size }),
      root: fc.array(small, { minLength: size * size, maxLength: size * size }),
    })
    .map(({ exposures, mean, root }) => ({
      exposures: Float64Array.from(exposures),
      mean: Float64Array.from(mean),
      covariance: Float64Array.from({ length: size * size }, (_, at) => {
        const [i, j] = [Math.floor(at / size), at % size]
        return exposures.reduce(
          (total, __, k) => total + (root[i * size + k] ?? 0) * (root[j * size + k] ?? 0),
          0,
        )
      }),
    }))
})

describe('multipliers', () => {
  it('have an ES above VaR and both rise with the level', () => {
    fc.assert(
      fc.property(level, degrees, (at, nu) => {
        const here = unitVarianceMultipliers(at, nu)
        const beyond = unitVarianceMultipliers((1 + at) / 2, nu)
        expect(here.expectedShortfall).toBeGreaterThan(here.valueAtRisk)
        expect(beyond.valueAtRisk).toBeGreaterThan(here.valueAtRisk)
        expect(beyond.expectedShortfall).toBeGreaterThan(here.expectedShortfall)
      }),
      { numRuns: 100 },
    )
  })

  it('have an ES whose mean of the tail and of the rest is 0', () => {
    // (1 − α)·ES(α) = α·(ES of the other side), for every symmetric law.
    for (const nu of [1.5, 4, Infinity]) {
      for (const at of [0.6, 0.975, 0.999]) {
        const tail = (1 - at) * studentTMultipliers(at, nu).expectedShortfall
        const rest = at * studentTMultipliers(1 - at, nu).expectedShortfall
        expect(tail / rest).toBeCloseTo(1, 11)
      }
    }
  })

  it('become normal, from fatter tails, as the degrees grow', () => {
    const normal = gaussianMultipliers(0.99).expectedShortfall
    expect(unitVarianceMultipliers(0.99, Infinity).expectedShortfall).toBe(normal)
    expect(unitVarianceMultipliers(0.99, 1e6).expectedShortfall / normal).toBeCloseTo(1, 5)
    expect(unitVarianceMultipliers(0.99, 3).expectedShortfall).toBeGreaterThan(1.5 * normal)
    expect(unitVarianceScale(4)).toBe(Math.SQRT1_2)
  })

  it('fall with the expected profit, value at risk and shortfall alike', () => {
    const { valueAtRisk, expectedShortfall } = gaussianMultipliers(0.975)
    expect(ellipticalTail({ mean: 10, standardDeviation: 100 }, 0.975)).toEqual({
      valueAtRisk: -10 + 100 * valueAtRisk,
      expectedShortfall: -10 + 100 * expectedShortfall,
    })
  })

  it('refuse laws without mean or variance, and levels outside (0, 1)', () => {
    expect(() => studentTMultipliers(0.9, 1)).toThrow(/no expected shortfall/)
    expect(() => unitVarianceMultipliers(0.9, 2)).toThrow(/no variance/)
    expect(() => unitVarianceScale(NaN)).toThrow(TailError)
    expect(() => gaussianMultipliers(1)).toThrow(LevelError)
    expect(() => studentTMultipliers(0, 4)).toThrow(LevelError)
    expect(() => ellipticalTail({ mean: NaN, standardDeviation: 1 }, 0.9)).toThrow(/mean is NaN/)
    expect(() => ellipticalTail({ mean: 0, standardDeviation: -1 }, 0.9)).toThrow(/is -1/)
  })
})

describe('linearPortfolioTail', () => {
  it('has contributions that add up, and the tail of its own deviation', () => {
    fc.assert(
      fc.property(portfolio, level, degrees, (given, at, degreesOfFreedom) => {
        const tail = linearPortfolioTail({ ...given, degreesOfFreedom }, at)
        const scale = 1e-10 * (gross(tail.expectedShortfallContributions) + 1e-9)
        expect(Math.abs(sum(tail.valueAtRiskContributions) - tail.valueAtRisk)).toBeLessThan(scale)
        expect(
          Math.abs(sum(tail.expectedShortfallContributions) - tail.expectedShortfall),
        ).toBeLessThan(scale)
        const mean = given.exposures.reduce((total, x, i) => total + x * (given.mean[i] ?? 0), 0)
        const law = { mean, standardDeviation: tail.standardDeviation, degreesOfFreedom }
        expect(ellipticalTail(law, at).expectedShortfall).toBeCloseTo(tail.expectedShortfall, 7)
      }),
      { numRuns: 100 },
    )
  })

  it('gives a hedge a negative contribution', () => {
    const covariance = Float64Array.of(0.0018, 0.00105, 0.00105, 0.0012)
    const tail = linearPortfolioTail({ exposures: Float64Array.of(100, -50), covariance }, 0.975)
    expect(tail.expectedShortfallContributions[1]).toBeLessThan(0)
    expect(tail.standardDeviation).toBeCloseTo(Math.sqrt(10.5), 12)
    expect(tail.expectedShortfall).toBeCloseTo(Math.sqrt(10.5) * 2.3378027922014133, 12)
  })

  it('is 0, in every part, when nothing can move', () => {
    const flat = { exposures: Float64Array.of(1, 2), covariance: new Float64Array(4) }
    expect(linearPortfolioTail(flat, 0.9)).toMatchObject({ standardDeviation: 0, valueAtRisk: 0 })
    expect(sum(linearPortfolioTail(flat, 0.9).expectedShortfallContributions)).toBe(0)
  })

  it('refuses shapes that do not fit and a matrix that is no covariance', () => {
    const exposures = Float64Array.of(1, -1)
    const covariance = Float64Array.of(1, 0, 0, 1)
    const ask = (over: object) => () => linearPortfolioTail({ exposures, covariance, ...over }, 0.9)
    expect(ask({ covariance: Float64Array.of(1) })).toThrow(/has 1 entries, 2 are needed/)
    expect(ask({ mean: Float64Array.of(1) })).toThrow(TailError)
    expect(ask({ mean: Float64Array.of(1, NaN) })).toThrow(TailError)
    expect(ask({ exposures: Float64Array.of(1, NaN) })).toThrow(TailError)
    expect(ask({ exposures: new Float64Array(0) })).toThrow(TooFewObservationsError)
    expect(ask({ covariance: Float64Array.of(1, 2, 2, 1) })).toThrow(/variance of -2/)
  })
})

describe('modifiedTail', () => {
  it('is the normal tail of losses without skewness and kurtosis', () => {
    expect(cornishFisherQuantile(-2, 0, 0)).toBe(-2)
    // Skewness 0 and kurtosis 3: ±1 twice the variance, with zeros.
    const symmetric = Float64Array.of(-1, 0, 0, 0, 0, 1)
    const tail = modifiedTail(symmetric, 0.975)
    expect(tail.valueAtRisk).toBeCloseTo(tail.gaussian.valueAtRisk, 12)
    expect(tail.expectedShortfall).toBeCloseTo(tail.gaussian.expectedShortfall, 12)
    expect(tail.isMonotone).toBe(true)
  })

  it('comes labelled, beside the tails that it must be compared with', () => {
    const losses = Float64Array.of(-1, -2, 0, 1, -1, 9, 2, -3)
    const tail = modifiedTail(losses, 0.9)
    expect(tail.method).toBe('cornish-fisher')
    expect(tail.historical).toEqual(historicalTail(losses, 0.9))
    expect(tail.quantile).toBeGreaterThan(gaussianMultipliers(0.9).valueAtRisk)
  })

  it('is where the moments say, by the expansion and the integral of its density', () => {
    // mpmath 1.3 at 30 digits; the ES by quadrature of the Edgeworth density.
    const losses = Float64Array.of(-1, -2, 0, 1, -1, 9, 2, -3)
    const tail = modifiedTail(losses, 0.9)
    expect(tail.quantile).toBeCloseTo(1.486480859779489, 12)
    expect(tail.valueAtRisk).toBeCloseTo(5.824363912871746, 11)
    expect(tail.expectedShortfall).toBeCloseTo(7.428367497947017, 11)
    expect(modifiedTail(losses, 0.99).expectedShortfall).toBeCloseTo(24.12804806579204, 10)
    const { mean, standardDeviation } = momentsOf(losses)
    expect(tail.gaussian).toEqual(ellipticalTail({ mean: -mean, standardDeviation }, 0.9))
    expect(modifiedTail(Float64Array.of(1, 3), 0.9).gaussian.valueAtRisk).toBeGreaterThan(2)
  })

  const spread = (size: number, ...losses: readonly number[]): Float64Array =>
    Float64Array.from({ length: size }, (_, index) => losses[index] ?? 0)
  it.each<[string, Float64Array]>([
    ['negative kurtosis', spread(4, -1, 1)],
    ['moderate kurtosis', spread(20, -1, 1)],
    ['great kurtosis', spread(24, -1, 1)],
    ['skewness that its kurtosis carries', spread(9, -3, 4, -3)],
    ['skewness that its kurtosis just does not carry', spread(11, 5, -3, -1)],
    ['skewness that its kurtosis does not carry', spread(8, 1, -3, 5)],
    ['skewness beyond every distribution', spread(1000, 10, 3, 3, 3, 3, 3, 3, 3, 3)],
  ])('is monotone exactly where its quantiles rise: %s', (_what, losses) => {
    const { skewness, excessKurtosis } = momentsOf(losses)
    const quantiles = Array.from({ length: 8001 }, (_, at) =>
      cornishFisherQuantile((at - 4000) / 100, skewness ?? NaN, excessKurtosis ?? NaN),
    )
    const rises = quantiles.every((quantile, at) => quantile > (quantiles[at - 1] ?? -Infinity))
    expect(modifiedTail(losses, 0.99).isMonotone).toBe(rises)
  })

  it('says when the expansion is no distribution', () => {
    const lottery = Float64Array.from({ length: 100 }, (_, index) =>
      index === 0 ? 1000 : index % 3,
    )
    expect(modifiedTail(lottery, 0.99).isMonotone).toBe(false)
    expect(modifiedTail(Float64Array.of(2, 2, 2), 0.99)).toMatchObject({
      valueAtRisk: 2,
      expectedShortfall: 2,
    })
  })

  it('refuses fewer than two losses', () => {
    expect(() => modifiedTail(Float64Array.of(1), 0.99)).toThrow(TooFewObservationsError)
    expect(() => modifiedTail(Float64Array.of(1, NaN), 0.99)).toThrow(TailError)
  })
})

describe('shortfallContributions', () => {
  it('add up to the expected shortfall of the totals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((components) =>
          fc.tuple(
            fc.constant(components),
            fc.array(fc.array(amount, { minLength: components, maxLength: components }), {
              minLength: 1,
              maxLength: 40,
            }),
          ),
        ),
        level,
        ([components, rows], at) => {
          const found = shortfallContributions(Float64Array.from(rows.flat()), components, at)
          const totals = Float64Array.from(rows, (row) => row.reduce((total, x) => total + x, 0))
          const tail = historicalTail(totals, at)
          const scale = 1e-10 * (1e-6 + gross(found.contributions))
          expect(Math.abs(sum(found.contributions) - found.expectedShortfall)).toBeLessThan(scale)
          expect(Math.abs(found.expectedShortfall - tail.expectedShortfall)).toBeLessThan(scale)
          expect(found.scenarios).toHaveLength(Math.ceil(tail.tailObservations))
          const worst = found.scenarios.map((scenario) => totals[scenario] ?? NaN)
          expect(worst).toEqual([...worst].sort((a, b) => b - a))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('take equal losses in the order of their scenarios', () => {
    const found = shortfallContributions(Float64Array.of(1, 0, 0, 1, 1, 0, 0, 0), 2, 0.5)
    expect(found.scenarios).toEqual([0, 1])
    expect([...found.contributions]).toEqual([0.5, 0.5])
    const behind = shortfallContributions(Float64Array.of(1, 1, 1, 5), 1, 0.5)
    expect(behind).toEqual({
      expectedShortfall: 3,
      contributions: Float64Array.of(3),
      scenarios: [3, 0],
    })
  })

  it('refuse a matrix that is no whole number of rows', () => {
    const three = Float64Array.of(1, 2, 3)
    expect(() => shortfallContributions(three, 2, 0.9)).toThrow(/3 entries, 4 are needed/)
    expect(() => shortfallContributions(three, 0, 0.9)).toThrow(/components is 0/)
    expect(() => shortfallContributions(three, -1, 0.9)).toThrow(/components is -1/)
    expect(() => shortfallContributions(three, 1.5, 0.9)).toThrow(/components is 1.5/)
    expect(() => shortfallContributions(new Float64Array(0), 1, 0.9)).toThrow(
      TooFewObservationsError,
    )
    expect(() => shortfallContributions(Float64Array.of(NaN), 1, 0.9)).toThrow(TailError)
    expect(() => shortfallContributions(three, 1, 1)).toThrow(LevelError)
  })
})
