import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NotPositiveDefiniteError } from '../../covariance/index.js'
import { log } from '../../pricing/index.js'
import type { DeltaGammaBook } from '../index.js'
import {
  deltaGammaTail,
  gaussianMultipliers,
  LevelError,
  linearPortfolioTail,
  TailError,
} from '../index.js'
import { beyond } from './inversion.js'
import { quadraticLoss } from './quadraticLoss.js'
import { stripOf } from './saddlepoint.js'
import { sineCosineInto } from './sineCosine.js'

const diagonal = (...entries: readonly number[]): Float64Array => {
  const matrix = new Float64Array(entries.length ** 2)
  entries.forEach((entry, index) => {
    matrix[index * entries.length + index] = entry
  })
  return matrix
}
/** Independent factors of variance 1. */
const bookOf = (delta: readonly number[], gamma: readonly number[]): DeltaGammaBook => ({
  delta: Float64Array.from(delta),
  gamma: diagonal(...gamma),
  covariance: diagonal(...delta.map(() => 1)),
})

const LEVELS = [0.01, 0.5, 0.9, 0.975, 0.99, 0.9999]

describe('deltaGammaTail', () => {
  it.each(LEVELS)('is the normal tail of a book without gamma at %s', (level) => {
    const tail = deltaGammaTail(bookOf([3, -4], [0, 0]), level)
    const { valueAtRisk, expectedShortfall } = gaussianMultipliers(level)
    expect(tail.valueAtRisk).toBeCloseTo(5 * valueAtRisk, 9)
    expect(tail.expectedShortfall).toBeCloseTo(5 * expectedShortfall, 9)
    expect(tail.deltaNormal.valueAtRisk).toBeCloseTo(5 * valueAtRisk, 12)
  })

  it.each(LEVELS)('is exponential for two equal short gammas at %s', (level) => {
    // ½λχ²(2): P[L > q] = e^(−q/λ).
    const tail = deltaGammaTail(bookOf([0, 0], [-100, -100]), level)
    const expected = -100 * log(1 - level)
    expect(Math.abs(tail.valueAtRisk / expected - 1)).toBeLessThan(1e-8)
    expect(Math.abs(tail.expectedShortfall / (expected + 100) - 1)).toBeLessThan(1e-8)
  })

  it.each([0.9, 0.975, 0.99, 0.9999])('is of Laplace for two long and two short at %s', (level) => {
    // P[L > q] = ½·e^(−q/λ) for q ≥ 0.
    const tail = deltaGammaTail(bookOf([0, 0, 0, 0], [-7, 7, -7, 7]), level)
    const expected = -7 * log(2 * (1 - level))
    expect(Math.abs(tail.valueAtRisk / expected - 1)).toBeLessThan(1e-8)
    expect(Math.abs(tail.expectedShortfall / (expected + 7) - 1)).toBeLessThan(1e-8)
  })

  it('never loses more than the premium of a long gamma', () => {
    // ½λ(u + b/λ)² − b²/(2λ) with λ = −50: at most 10²/(2·50).
    const { valueAtRisk, expectedShortfall } = deltaGammaTail(bookOf([10], [50]), 0.9999)
    expect(valueAtRisk).toBeLessThanOrEqual(1)
    expect(valueAtRisk).toBeGreaterThan(0.999)
    expect(expectedShortfall).toBeGreaterThanOrEqual(valueAtRisk)
    expect(expectedShortfall).toBeLessThanOrEqual(1 + 1e-9)
  })

  it('sees the loss of short gamma that deltas do not', () => {
    const short = deltaGammaTail(bookOf([1], [-10]), 0.99)
    expect(short.valueAtRisk).toBeGreaterThan(10 * short.deltaNormal.valueAtRisk)
    expect(short).toMatchObject({ method: 'delta-gamma', isPreview: true })
  })

  it('is 0 for a book that cannot move', () => {
    const still = { delta: Float64Array.of(5), gamma: diagonal(-3), covariance: diagonal(0) }
    expect(deltaGammaTail(still, 0.99)).toMatchObject({
      valueAtRisk: 0,
      expectedShortfall: 0,
      moments: { mean: 0, standardDeviation: 0, skewness: 0, excessKurtosis: 0 },
    })
  })

  it.each([1e-6, 1e-9, 1e-12, 1e-15, -1e-9, -1e-15])('is normal up to a gamma of %s', (gamma) => {
    const tail = deltaGammaTail(bookOf([1], [gamma]), 0.6)
    const normal = gaussianMultipliers(0.6)
    expect(Math.abs(tail.valueAtRisk - normal.valueAtRisk)).toBeLessThan(1e-11 + Math.abs(gamma))
    expect(Math.abs(tail.expectedShortfall - normal.expectedShortfall)).toBeLessThan(
      1e-11 + Math.abs(gamma),
    )
  })

  it.each([1e-3, 1e-6, 1e-10, 1e-15])(
    'keeps a long gamma with a delta of %s beside it',
    (delta) => {
      // −½χ²(1) + a hair: P[L > q] = P[χ² < −2q].
      const alone = deltaGammaTail(bookOf([0], [1]), 0.76)
      const beside = deltaGammaTail(bookOf([0, delta], [1, 0]), 0.76)
      expect(Math.abs(beside.valueAtRisk - alone.valueAtRisk)).toBeLessThan(1e-9 + delta)
      expect(Math.abs(beside.expectedShortfall - alone.expectedShortfall)).toBeLessThan(
        1e-9 + delta,
      )
    },
  )

  it.each([1e-160, 1e160])('does not depend on the unit: in %s', (unit) => {
    const usual = deltaGammaTail(bookOf([3, 1], [-2, 1]), 0.975)
    const tail = deltaGammaTail(bookOf([3 * unit, unit], [-2 * unit, unit]), 0.975)
    expect(tail.valueAtRisk / unit).toBeCloseTo(usual.valueAtRisk, 9)
    expect(tail.moments.skewness).toBeCloseTo(usual.moments.skewness, 12)
  })

  it('takes factors that move as one', () => {
    const one = deltaGammaTail(bookOf([10], [-4]), 0.975)
    const twice = deltaGammaTail(
      {
        delta: Float64Array.of(4, 6),
        gamma: Float64Array.of(-1, -1, -1, -1),
        covariance: Float64Array.of(1, 1, 1, 1),
      },
      0.975,
    )
    expect(twice.valueAtRisk).toBeCloseTo(one.valueAtRisk, 9)
    expect(twice.expectedShortfall).toBeCloseTo(one.expectedShortfall, 9)
  })

  const number = fc.double({ min: -5, max: 5, noNaN: true })
  const book = fc.integer({ min: 1, max: 4 }).chain((size) =>
    fc
      .record({
        delta: fc.array(number, { minLength: size, maxLength: size }),
        gamma: fc.array(number, { minLength: size, maxLength: size }),
      })
      .map(({ delta, gamma }) => bookOf(delta, gamma)),
  )

  it('scales with the book, rises with the level, keeps ES above VaR, and comes back from its VaR', () => {
    fc.assert(
      fc.property(book, fc.double({ min: 0.6, max: 0.995, noNaN: true }), (given, level) => {
        const tail = deltaGammaTail(given, level)
        const { standardDeviation } = tail.moments
        fc.pre(standardDeviation > 1e-3)
        const slack = 1e-7 * standardDeviation
        expect(tail.expectedShortfall).toBeGreaterThanOrEqual(tail.valueAtRisk)
        const stricter = deltaGammaTail(given, (1 + level) / 2)
        expect(stricter.valueAtRisk).toBeGreaterThan(tail.valueAtRisk - slack)
        expect(stricter.expectedShortfall).toBeGreaterThan(tail.expectedShortfall - slack)
        const tripled = {
          ...given,
          delta: given.delta.map((x) => 3 * x),
          gamma: given.gamma.map((x) => 3 * x),
        }
        const { expectedShortfall } = deltaGammaTail(tripled, level)
        expect(Math.abs(expectedShortfall - 3 * tail.expectedShortfall)).toBeLessThan(slack)
        const loss = quadraticLoss(given)
        const back = beyond(loss, stripOf(loss), tail.valueAtRisk / standardDeviation)
        expect(Math.abs(back.probability / (1 - level) - 1)).toBeLessThan(1e-6)
      }),
      { numRuns: 25 },
    )
  })

  it('has a derivative, a density, and a mean on both sides of the pole', () => {
    const loss = quadraticLoss(bookOf([1, -2, 0.5], [-3, 1, 0]))
    const strip = stripOf(loss)
    const { mean, standardDeviation } = loss.moments
    for (const q of [-3, -0.6, -0.1, 0, 0.3, 1, 4]) {
      const h = 1e-4
      const slope =
        (beyond(loss, strip, q - h).probability - beyond(loss, strip, q + h).probability) / (2 * h)
      expect(beyond(loss, strip, q).density).toBeCloseTo(slope, 6)
    }
    // Far left of the loss, all of it is beyond.
    const all = beyond(loss, strip, -40)
    expect(all.probability).toBeCloseTo(1, 10)
    expect(all.partialMean).toBeCloseTo(mean / standardDeviation, 8)
  })

  it('knows the ends of the support', () => {
    const short = quadraticLoss(bookOf([0], [-2]))
    expect(stripOf(short)).toMatchObject({ low: -Infinity, greatest: Infinity })
    expect(beyond(short, stripOf(short), -0.1)).toMatchObject({ probability: 1, density: 0 })
    const long = quadraticLoss(bookOf([0], [2]))
    expect(beyond(long, stripOf(long), 0.1)).toMatchObject({ probability: 0, partialMean: 0 })
  })

  it('refuses what is no book', () => {
    const good = bookOf([1, 2], [-1, -1])
    const ask = (over: Partial<DeltaGammaBook>) => () => deltaGammaTail({ ...good, ...over }, 0.99)
    expect(ask({ gamma: diagonal(1) })).toThrow(/side of gamma has 1 entries, 2/)
    expect(ask({ covariance: diagonal(1) })).toThrow(TailError)
    expect(ask({ delta: Float64Array.of(1, NaN) })).toThrow(TailError)
    expect(ask({ delta: new Float64Array(0) })).toThrow(TailError)
    expect(ask({ gamma: Float64Array.of(1, 2, 3, 4) })).toThrow(/symmetric/)
    expect(ask({ covariance: Float64Array.of(1, 2, 2, 1) })).toThrow(NotPositiveDefiniteError)
    expect(() => deltaGammaTail(good, 1)).toThrow(LevelError)
  })

  it('agrees with the linear portfolio on deltas', () => {
    const given = bookOf([1, 2], [-1, 3])
    const { valueAtRisk, expectedShortfall } = linearPortfolioTail(
      { exposures: given.delta, covariance: given.covariance },
      0.99,
    )
    expect(deltaGammaTail(given, 0.99).deltaNormal).toEqual({ valueAtRisk, expectedShortfall })
  })
})

describe('sineCosineInto', () => {
  it('is on the circle, and where the engine has it', () => {
    const out = new Float64Array(2)
    let most = 0
    for (let x = -2000; x <= 2000; x += 0.37) {
      sineCosineInto(out, x)
      most = Math.max(
        most,
        Math.abs((out[0] ?? NaN) - Math.cos(x)),
        Math.abs((out[1] ?? NaN) - Math.sin(x)),
      )
    }
    expect(most).toBeLessThan(3e-16)
  })
})
