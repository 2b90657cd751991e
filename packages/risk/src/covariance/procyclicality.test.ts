import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bufferedMargin,
  CovarianceError,
  longRunVolatility,
  procyclicality,
  stressedVolatility,
} from './index.js'

/** Returns of up to ±30 %, in steps of a basis point. */
const returns = fc
  .array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 30 })
  .map((steps) => Float64Array.from(steps, (step) => step / 10_000))
const runs = { numRuns: 60 }
const refusals = (cases: readonly (readonly [string, () => unknown, RegExp])[]) => {
  it.each(cases)('refuses %s', (_what, run, message) => {
    expect(run).toThrow(CovarianceError)
    expect(run).toThrow(message)
  })
}

describe('stressedVolatility', () => {
  it('is the worst stretch: at least the long run over a whole number of windows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), returns, (window, series) => {
        const whole = series.subarray(0, series.length - (series.length % window))
        fc.pre(whole.length > 0)
        const long = longRunVolatility(whole)
        expect(stressedVolatility(whole, window)).toBeGreaterThanOrEqual(long * (1 - 1e-14))
      }),
      runs,
    )
  })

  it('is the long run where the window is the history, the largest return where it is 1', () => {
    fc.assert(
      fc.property(returns, (series) => {
        expect(stressedVolatility(series, series.length)).toBe(longRunVolatility(series))
        expect(stressedVolatility(series, 1)).toBeCloseTo(Math.max(...series.map(Math.abs)), 15)
      }),
      runs,
    )
  })

  it('finds the stretch wherever it lies', () => {
    expect(stressedVolatility(Float64Array.of(7, 1, 0, 0), 2)).toBe(5)
    expect(stressedVolatility(Float64Array.of(0, 7, 1, 0), 2)).toBe(5)
    expect(stressedVolatility(Float64Array.of(0, 0, 1, 7), 2)).toBe(5)
  })

  refusals([
    ['a window of 0', () => stressedVolatility(Float64Array.of(1), 0), /window is 0 /],
    ['half a window', () => stressedVolatility(Float64Array.of(1), 0.5), /window is 0.5 /],
    ['a short history', () => stressedVolatility(Float64Array.of(1), 2), /at least 2/],
    ['no history', () => longRunVolatility(new Float64Array()), /at least 1/],
  ])
})

describe('bufferedMargin', () => {
  it('draws on the buffer while the raw margin rises, and never falls below it', () => {
    expect(bufferedMargin(100, 125)).toBe(125)
    expect(bufferedMargin(110, 125)).toBe(125)
    expect(bufferedMargin(130, 125)).toBe(130)
  })

  it('builds at most a quarter when the raw margin falls', () => {
    expect(bufferedMargin(80, 125)).toBe(100)
    expect(bufferedMargin(0, 125)).toBe(0)
  })

  refusals([
    ['a negative margin', () => bufferedMargin(-1, 0), /raw margin is -1/],
    ['a margin of NaN', () => bufferedMargin(1, NaN), /held NaN/],
    ['an infinite margin', () => bufferedMargin(Infinity, 1), /is Infinity/],
    ['a negative margin held', () => bufferedMargin(1, -1), /held -1/],
    ['an infinite margin held', () => bufferedMargin(1, Infinity), /held Infinity/],
  ])
})

describe('procyclicality', () => {
  it('measures peak over trough and the largest rises over one and up to five days', () => {
    const margins = Float64Array.of(100, 80, 88, 90, 96, 104, 120, 60)
    expect(procyclicality(margins)).toEqual({
      peakToTrough: 2,
      largestRiseOverOne: 16 / 104,
      largestRiseOverFive: 0.5,
    })
  })

  it('counts a rise from the first margin, and none from before it', () => {
    const rise = procyclicality(Float64Array.of(80, 100, 90))
    expect(rise).toEqual({
      peakToTrough: 1.25,
      largestRiseOverOne: 0.25,
      largestRiseOverFive: 0.25,
    })
  })

  it('does not depend on the unit, and is at rest where nothing moves', () => {
    const still = { peakToTrough: 1, largestRiseOverOne: 0, largestRiseOverFive: 0 }
    expect(procyclicality(Float64Array.of(5, 5, 5))).toEqual(still)
    expect(procyclicality(Float64Array.of(5))).toEqual(still)
    const rising = Float64Array.of(3, 4, 7, 5)
    const eightfold = procyclicality(rising.map((margin) => 8 * margin))
    expect(eightfold).toEqual(procyclicality(rising))
  })

  refusals([
    ['no margin', () => procyclicality(new Float64Array()), /There is no margin/],
    ['a margin of 0', () => procyclicality(Float64Array.of(1, 0)), /Margin 1 is 0/],
    ['an infinite margin', () => procyclicality(Float64Array.of(Infinity)), /Margin 0 is Infinity/],
  ])
})
