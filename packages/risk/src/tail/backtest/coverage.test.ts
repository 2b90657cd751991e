import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chiSquareSurvival,
  christoffersenTests,
  kupiecTest,
  LevelError,
  nonRejectionRegion,
  TailError,
  TooFewObservationsError,
  trafficLight,
} from '../index.js'

const hitsAt = (n: number, ...places: readonly number[]): readonly boolean[] =>
  Array.from({ length: n }, (_, index) => places.includes(index))
const level = fc.constantFrom(0.9, 0.95, 0.975, 0.99)

describe('kupiecTest', () => {
  it('is least at the expected number, where its p-value is 1', () => {
    expect(kupiecTest(10, 200, 0.95).statistic).toBeCloseTo(0, 12)
    expect(kupiecTest(10, 200, 0.95).pValue).toBeCloseTo(1, 6)
    const statistics = [0, 3, 6, 10, 15, 30, 200].map((x) => kupiecTest(x, 200, 0.95).statistic)
    expect(statistics.slice(0, 4)).toEqual(statistics.slice(0, 4).sort((a, b) => b - a))
    expect(statistics.slice(3)).toEqual(statistics.slice(3).sort((a, b) => a - b))
  })

  it('has its p-value of χ²(1), with none and with all', () => {
    for (const hits of [0, 4, 250]) {
      const { statistic, pValue } = kupiecTest(hits, 250, 0.99)
      expect(pValue).toBe(chiSquareSurvival(statistic, 1))
    }
    expect(kupiecTest(0, 250, 0.99).statistic).toBeCloseTo(5.025167926750726, 12)
  })

  it('refuses impossible counts', () => {
    expect(() => kupiecTest(3, 2, 0.9)).toThrow(/3 hits in 2 observations/)
    expect(() => kupiecTest(-1, 2, 0.9)).toThrow(TailError)
    expect(() => kupiecTest(0, 0, 0.9)).toThrow(TailError)
    expect(() => kupiecTest(0.5, 2, 0.9)).toThrow(TailError)
    expect(() => kupiecTest(1, 2, 1)).toThrow(LevelError)
  })
})

describe('nonRejectionRegion', () => {
  it('holds what the test keeps, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        level,
        fc.constantFrom(0.9, 0.95, 0.99),
        (n, at, confidence) => {
          const { least, most } = nonRejectionRegion(n, at, confidence)
          for (let hits = 0; hits <= n; hits++) {
            const isKept = kupiecTest(hits, n, at).pValue >= 1 - confidence
            expect(hits >= least && hits <= most).toBe(isKept)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('may hold every number there is', () => {
    expect(nonRejectionRegion(1, 0.9, 0.99)).toEqual({ least: 0, most: 1 })
  })

  it('refuses a confidence, a level or a number of observations that is none', () => {
    expect(() => nonRejectionRegion(250, 0.99, 1)).toThrow(LevelError)
    expect(() => nonRejectionRegion(250, 1, 0.95)).toThrow(LevelError)
    expect(() => nonRejectionRegion(2.5, 0.99, 0.95)).toThrow(/observations is 2.5/)
  })
})

describe('christoffersenTests', () => {
  it('is twice the log of how much likelier the hits are where each may depend on the last', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 60 }), (hits) => {
        const steps = hits.slice(1).map((hit, index) => ({ before: hits[index] === true, hit }))
        const logLikelihood = (given: readonly { readonly hit: boolean }[]) => {
          const count = given.filter(({ hit }) => hit).length
          const share = count / given.length
          const term = (n: number, p: number) => (n === 0 ? 0 : n * Math.log(p))
          return term(count, share) + term(given.length - count, 1 - share)
        }
        const dependent =
          logLikelihood(steps.filter(({ before }) => before)) +
          logLikelihood(steps.filter(({ before }) => !before))
        const expected = hits.every((hit) => hit === hits[0])
          ? 0
          : 2 * (dependent - logLikelihood(steps))
        const { statistic } = christoffersenTests(hits, 0.9).independence
        expect(statistic).toBeCloseTo(expected, 9)
      }),
    )
  })

  it('counts what follows what', () => {
    expect(christoffersenTests(hitsAt(6, 1, 2, 4), 0.9).transitions).toEqual({
      from0to0: 0,
      from0to1: 2,
      from1to0: 2,
      from1to1: 1,
    })
  })

  it('compares the rates after hits and after none with one rate', () => {
    // Rates 2/2 after none and 1/3 after a hit, against 3/5: 1²·(2/3)²·(1/3) to (2/5)²·(3/5)³.
    const { independence } = christoffersenTests(hitsAt(6, 1, 2, 4), 0.9)
    expect(independence.statistic).toBeCloseTo(2 * Math.log(12_500 / 2916), 13)
    expect(independence.degreesOfFreedom).toBe(1)
  })

  it('adds up to conditional coverage, never below 0', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 60 }), level, (hits, at) => {
        const { unconditional, independence, conditional } = christoffersenTests(hits, at)
        expect(independence.statistic).toBeGreaterThanOrEqual(0)
        expect(conditional.statistic).toBe(unconditional.statistic + independence.statistic)
        expect(conditional.degreesOfFreedom).toBe(2)
        expect(conditional.pValue).toBe(chiSquareSurvival(conditional.statistic, 2))
      }),
      { numRuns: 100 },
    )
  })

  it('rejects hits that come together, and not the same number apart', () => {
    const together = christoffersenTests(hitsAt(250, 100, 101, 102, 103), 0.99)
    const apart = christoffersenTests(hitsAt(250, 20, 90, 150, 220), 0.99)
    expect(together.independence.pValue).toBeLessThan(0.001)
    expect(apart.independence.pValue).toBeGreaterThan(0.5)
    expect(together.unconditional).toEqual(apart.unconditional)
  })

  it('has no opinion on independence without a hit, or with nothing else', () => {
    expect(christoffersenTests(hitsAt(50), 0.99).independence.statistic).toBe(0)
    const all = christoffersenTests(
      Array.from({ length: 50 }, () => true),
      0.99,
    )
    expect(all.independence).toEqual({ statistic: 0, degreesOfFreedom: 1, pValue: 1 })
    // A single hit on the last day is never left.
    expect(christoffersenTests(hitsAt(50, 49), 0.99).independence.pValue).toBeGreaterThan(0.5)
  })

  it('refuses fewer than two observations', () => {
    expect(() => christoffersenTests([true], 0.9)).toThrow(TooFewObservationsError)
  })
})

describe('trafficLight', () => {
  it('is defined for other samples, without a plus factor', () => {
    expect(trafficLight(0, 500, 0.99)).toMatchObject({ zone: 'green', plusFactor: null })
    expect(trafficLight(20, 250, 0.975)).toMatchObject({ zone: 'red', plusFactor: null })
    expect(trafficLight(5, 250, 0.99)).toMatchObject({ zone: 'yellow', plusFactor: 0.4 })
    expect(trafficLight(250, 250, 0.99)).toMatchObject({ zone: 'red', plusFactor: 1 })
    expect(() => trafficLight(1, 250, 0)).toThrow(LevelError)
  })
})
