import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QuantileConvention } from './index.js'
import {
  expectedShortfall,
  historicalTail,
  historicalValueAtRisk,
  LevelError,
  selectLargest,
  TailError,
  TooFewObservationsError,
  tailObservations,
} from './index.js'

const loss = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const losses = (minLength = 1) =>
  fc.array(loss, { minLength, maxLength: 60 }).map((values) => Float64Array.from(values))
const level = fc.constantFrom(0.5, 0.9, 0.95, 0.975, 0.99, 0.333)
const runs = { numRuns: 150 }
const near = (a: number, b: number, scale: number): boolean =>
  Math.abs(a - b) <= 1e-12 * (1 + scale)
const magnitude = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

describe('selectLargest', () => {
  it('puts at the end what sorting would, in small and sampled arrays', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          { weight: 8, arbitrary: fc.array(loss, { minLength: 1, maxLength: 40 }) },
          {
            weight: 1,
            arbitrary: fc.array(fc.integer({ min: 0, max: 3 }), {
              minLength: 900,
              maxLength: 1500,
            }),
          },
          { weight: 1, arbitrary: fc.array(loss, { minLength: 900, maxLength: 1500 }) },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const count = 1 + Math.floor(share * (values.length - 1))
          const selected = Float64Array.from(values)
          selectLargest(selected, count)
          const sorted = Float64Array.from(values).sort()
          const from = values.length - count
          expect(selected[from]).toBe(sorted[from])
          expect(selected.subarray(from).slice().sort()).toEqual(sorted.subarray(from))
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each<[string, (index: number) => number]>([
    ['rising', (index) => index],
    ['falling', (index) => -index],
    ['equal', () => 1],
    ['alternating', (index) => index % 2],
    ['an organ pipe', (index) => -Math.abs(index - 2500)],
  ])('takes %s values', (_what, of) => {
    const values = Float64Array.from({ length: 5000 }, (_, index) => of(index))
    const sorted = values.slice().sort()
    selectLargest(values, 125)
    expect(values.subarray(4875).slice().sort()).toEqual(sorted.subarray(4875))
  })
})

describe('tailObservations', () => {
  it('is whole where the product is, in spite of rounding', () => {
    for (let n = 10; n <= 5000; n += 10) expect(tailObservations(n, 0.9)).toBe(n / 10)
    expect(tailObservations(60, 0.95)).toBe(3)
    expect(tailObservations(60, 0.975)).toBeCloseTo(1.5, 14)
    expect(tailObservations(1, 0.9999999999)).toBeCloseTo(1e-10, 16)
  })
})

describe('historicalTail', () => {
  it('counts the last loss of the tail in part', () => {
    const tail = historicalTail(Float64Array.of(1, 9, 5, 3, 7), 0.5)
    // m = 2.5: 9 and 7 in whole, half of 5.
    expect(tail).toEqual({ valueAtRisk: 5, expectedShortfall: 7.4, tailObservations: 2.5 })
  })

  it('is the worst loss when the tail holds less than one', () => {
    const tail = historicalTail(Float64Array.of(1, 2), 0.975)
    expect(tail).toMatchObject({ valueAtRisk: 2, expectedShortfall: 2 })
    expect(tail.tailObservations).toBeCloseTo(0.05, 14)
  })

  it('leaves the losses as they are and needs no fresh scratch', () => {
    const given = Float64Array.of(3, 1, 2)
    const scratch = new Float64Array(3).fill(99)
    expect(historicalTail(given, 0.5, scratch)).toEqual(historicalTail(given, 0.5))
    expect(given).toEqual(Float64Array.of(3, 1, 2))
  })

  it('has a value at risk that at most n(1 − level) losses exceed, and an ES not below it', () => {
    fc.assert(
      fc.property(losses(), level, (given, at) => {
        const tail = historicalTail(given, at)
        expect(tail.expectedShortfall).toBeGreaterThanOrEqual(tail.valueAtRisk)
        const beyond = given.filter((value) => value > tail.valueAtRisk).length
        const from = given.filter((value) => value >= tail.valueAtRisk).length
        expect(beyond).toBeLessThan(tail.tailObservations)
        expect(from).toBeGreaterThanOrEqual(tail.tailObservations - 1e-9)
        expect(historicalValueAtRisk(given, at)).toBe(tail.valueAtRisk)
      }),
      runs,
    )
  })

  it('moves with a sure loss and scales with size', () => {
    fc.assert(
      fc.property(
        losses(),
        level,
        loss,
        fc.double({ min: 0, max: 100, noNaN: true }),
        (given, at, sure, size) => {
          const { valueAtRisk, expectedShortfall: shortfall } = historicalTail(given, at)
          const scale = magnitude(given) + Math.abs(sure)
          const shifted = historicalTail(
            given.map((value) => value + sure),
            at,
          )
          expect(near(shifted.valueAtRisk, valueAtRisk + sure, scale)).toBe(true)
          expect(near(shifted.expectedShortfall, shortfall + sure, scale)).toBe(true)
          const scaled = historicalTail(
            given.map((value) => value * size),
            at,
          )
          expect(near(scaled.valueAtRisk, valueAtRisk * size, scale * size)).toBe(true)
          expect(near(scaled.expectedShortfall, shortfall * size, scale * size)).toBe(true)
        },
      ),
      runs,
    )
  })

  it('never falls when a loss grows or the level rises', () => {
    fc.assert(
      fc.property(
        losses(),
        level,
        fc.nat(),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (given, at, place, more) => {
          const before = historicalTail(given, at)
          const worse = given.slice()
          worse[place % given.length] = (worse[place % given.length] ?? 0) + more
          const after = historicalTail(worse, at)
          const slack = 1e-12 * (1 + magnitude(worse))
          expect(after.valueAtRisk).toBeGreaterThanOrEqual(before.valueAtRisk)
          expect(after.expectedShortfall).toBeGreaterThanOrEqual(before.expectedShortfall - slack)
          const stricter = historicalTail(given, (1 + at) / 2)
          expect(stricter.expectedShortfall).toBeGreaterThanOrEqual(
            before.expectedShortfall - slack,
          )
        },
      ),
      runs,
    )
  })

  it('has an expected shortfall that netting never raises', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(loss, loss), { minLength: 1, maxLength: 60 }),
        level,
        (pairs, at) => {
          const one = Float64Array.from(pairs, ([value]) => value)
          const other = Float64Array.from(pairs, ([, value]) => value)
          const both = Float64Array.from(pairs, ([a, b]) => a + b)
          const apart = expectedShortfall(one, at) + expectedShortfall(other, at)
          expect(expectedShortfall(both, at)).toBeLessThanOrEqual(
            apart + 1e-12 * (1 + magnitude(one) + magnitude(other)),
          )
        },
      ),
      runs,
    )
  })

  it('does not depend on the order of the scenarios', () => {
    fc.assert(
      fc.property(
        losses().chain((given) =>
          fc.tuple(
            fc.constant(given),
            fc.shuffledSubarray([...given], { minLength: given.length }),
          ),
        ),
        level,
        ([given, shuffled], at) => {
          const tail = historicalTail(given, at)
          const other = historicalTail(Float64Array.from(shuffled), at)
          expect(other.valueAtRisk).toBe(tail.valueAtRisk)
          expect(near(other.expectedShortfall, tail.expectedShortfall, magnitude(given))).toBe(true)
        },
      ),
      runs,
    )
  })

  it('allocates nothing for each loss when it is given its scratch', () => {
    const given = Float64Array.from({ length: 2000 }, (_, index) => (index * 7919) % 2003)
    const scratch = new Float64Array(2000)
    const measure = (): number => {
      const before = process.memoryUsage().heapUsed
      for (let run = 0; run < 200; run++) historicalTail(given, 0.975, scratch)
      return process.memoryUsage().heapUsed - before
    }
    measure()
    const least = Math.min(...Array.from({ length: 5 }, measure))
    // One answer for each call, against 16,000 bytes of losses.
    expect(least / 200).toBeLessThan(1000)
  })

  it.each<[string, () => unknown, new (...values: never[]) => Error]>([
    ['no losses', () => historicalTail(new Float64Array(0), 0.9), TooFewObservationsError],
    ['NaN', () => historicalTail(Float64Array.of(1, NaN), 0.9), TailError],
    ['an infinite loss', () => historicalTail(Float64Array.of(1, Infinity), 0.9), TailError],
    [
      'a sum beyond the doubles',
      () => historicalTail(new Float64Array(9).fill(1e308), 0.1),
      TailError,
    ],
    [
      'a scratch of another length',
      () => historicalTail(Float64Array.of(1), 0.9, new Float64Array(2)),
      TailError,
    ],
    ['the level 0', () => historicalTail(Float64Array.of(1), 0), LevelError],
    ['the level 1', () => historicalTail(Float64Array.of(1), 1), LevelError],
    ['a level in percent', () => historicalTail(Float64Array.of(1), 97.5), LevelError],
    ['no level', () => historicalValueAtRisk(Float64Array.of(1), NaN), LevelError],
    [
      'no losses for a convention',
      () => historicalValueAtRisk(new Float64Array(0), 0.5),
      TooFewObservationsError,
    ],
    ['NaN for a convention', () => historicalValueAtRisk(Float64Array.of(NaN), 0.5), TailError],
  ])('refuses %s', (_what, ask, kind) => {
    expect(ask).toThrow(kind)
  })

  it('names the level, the place and what to do', () => {
    expect(() => historicalTail(Float64Array.of(1), 2)).toThrow(/level is 2\. Give .* 0\.975/)
    expect(() => historicalTail(Float64Array.of(1, NaN), 0.9)).toThrow(/NaN at 1\. Leave out/)
    expect(() => historicalTail(new Float64Array(0), 0.9)).toThrow(/0 observations, at least 1/)
  })
})

describe('historicalValueAtRisk', () => {
  it('is between its neighbours by every convention', () => {
    fc.assert(
      fc.property(
        losses(2),
        level,
        fc.constantFrom('averaged-inverted-cdf', 'linear', 'hazen', 'weibull', 'median-unbiased'),
        (given, at, convention) => {
          const sorted = given.slice().sort().reverse()
          const value = historicalValueAtRisk(given, at, convention)
          const place = given.length * (1 - at)
          const above = sorted[Math.max(0, Math.floor(place) - 2)] ?? NaN
          const below = sorted[Math.min(given.length - 1, Math.ceil(place) + 1)] ?? NaN
          expect(value).toBeLessThanOrEqual(above + 1e-9)
          expect(value).toBeGreaterThanOrEqual(below - 1e-9)
        },
      ),
      runs,
    )
  })

  // numpy 2.4, of the losses with their sign turned.
  const conventions: readonly [QuantileConvention, readonly number[]][] = [
    ['inverted-cdf', [21, 14, 13, 8, -1]],
    ['averaged-inverted-cdf', [17.5, 13.5, 13, 8, -1]],
    ['linear', [14.7, 13.2, 11.75, 8.15, -0.91]],
    ['hazen', [17.5, 13.5, 13, 9, -1]],
    ['weibull', [20.3, 13.8, 13.25, 9.85, -1]],
    ['median-unbiased', [18.433333333333334, 13.6, 13.083333333333334, 9.283333333333331, -1]],
    ['lower', [21, 14, 13, 13, 0]],
    ['higher', [14, 13, 8, 8, -1]],
  ]

  it.each(conventions)('is by %s what numpy has', (convention, expected) => {
    const given = Float64Array.of(3, -1, 14, 8, 5, 21, 0, 2, 13, 1)
    const kept = given.slice()
    for (const [at, tail] of [0.1, 0.2, 0.25, 0.33, 0.99].entries()) {
      expect(historicalValueAtRisk(given, 1 - tail, convention)).toBeCloseTo(expected[at] ?? NaN, 9)
    }
    expect(given).toEqual(kept)
  })

  it('takes a product that rounding lifts above a whole number for that number', () => {
    // 10·(1 − 0.7) is 3.0000000000000004.
    const ten = Float64Array.from({ length: 10 }, (_, index) => index)
    expect(historicalValueAtRisk(ten, 0.7)).toBe(7)
    expect(historicalValueAtRisk(ten, 0.7, 'averaged-inverted-cdf')).toBe(6.5)
  })

  it('interpolates between the middle two of four', () => {
    const four = Float64Array.of(4, 1, 3, 2)
    expect(historicalValueAtRisk(four, 0.5, 'linear')).toBe(2.5)
    expect(historicalValueAtRisk(four, 0.5, 'averaged-inverted-cdf')).toBe(2.5)
    expect(historicalValueAtRisk(four, 0.5, 'lower')).toBe(3)
    expect(historicalValueAtRisk(four, 0.5, 'higher')).toBe(2)
    expect(historicalValueAtRisk(four, 0.99, 'weibull')).toBe(4)
  })
})
