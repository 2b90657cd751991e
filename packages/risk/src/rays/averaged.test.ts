import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AveragedTest } from './averaged.js'
import { averagedCandidates, stepsWithin } from './averaged.js'
import { powerSum, valueAt } from './powerSum.js'

type Held = { readonly value: number; readonly exponent: number; readonly weight: number }

/** Collateral by value, exponent on the path and weight in steps, against debts. */
function testOf(
  held: readonly Held[],
  debts: readonly Omit<Held, 'weight'>[],
  step: number,
): AveragedTest {
  const weights = held.map(({ weight }) => weight)
  return {
    total: powerSum(held.map(({ value, exponent }) => ({ exponent, coefficient: value }))),
    weighted: powerSum(
      held.map(({ value, exponent, weight }) => ({ exponent, coefficient: value * weight })),
    ),
    debt: powerSum(debts.map(({ value, exponent }) => ({ exponent, coefficient: value }))),
    step,
    weights: { least: Math.min(...weights), most: Math.max(...weights) },
  }
}

const ROUNDING = 1e-11

/**
 * The verdict by definition: the average weight in whole steps, times the collateral, against debt;
 * what is equal but for rounding counts as equal.
 */
function passes({ total, weighted, debt, step }: AveragedTest, x: number): boolean {
  const average = Math.floor((valueAt(weighted, x) / valueAt(total, x)) * (1 + ROUNDING))
  return average * step * valueAt(total, x) * (1 + ROUNDING) >= valueAt(debt, x)
}

const FROM = 1e-3
const TO = 1e3

/** Between which candidates the verdict changes. */
function mixedPieces(
  test: AveragedTest,
  candidates: readonly number[],
): readonly (readonly [number, number])[] {
  const cuts = [FROM, ...candidates.toSorted((a, b) => a - b), TO]
  return cuts.flatMap((right, index) => {
    const left = cuts[index - 1]
    if (left === undefined || right / left < 1 + 1e-6) return []
    const verdicts = [1e-3, 0.25, 0.5, 0.75, 0.999].map((share) =>
      passes(test, left * (right / left) ** share),
    )
    return new Set(verdicts).size === 1 ? [] : [[left, right] as const]
  })
}

const held = (exponents: readonly number[]) =>
  fc.array(
    fc.record({
      value: fc.integer({ min: 1, max: 1000 }),
      exponent: fc.constantFrom(...exponents),
      weight: fc.integer({ min: 1, max: 40 }),
    }),
    { minLength: 1, maxLength: 4 },
  )

describe('averagedCandidates', () => {
  it.each([
    ['one asset', [0, 1]],
    ['shares of a pool alone', [0, 0.5]],
    ['an asset and shares of its pool', [0, 0.5, 1]],
    ['an asset and its square', [0, 1, 2]],
  ])('miss no point where the verdict changes, along %s', (_, exponents) => {
    const debts = fc.array(
      fc.record({
        value: fc.integer({ min: 1, max: 1000 }),
        exponent: fc.constantFrom(...exponents),
      }),
      { minLength: 1, maxLength: 2 },
    )
    fc.assert(
      fc.property(held(exponents), debts, fc.constantFrom(0.02, 0.025, 0.1), (legs, owed, step) => {
        const test = testOf(legs, owed, step)
        expect(mixedPieces(test, averagedCandidates(test, FROM, TO))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('are in the range that was asked', () => {
    const test = testOf(
      [
        { value: 100, exponent: 1, weight: 80 },
        { value: 100, exponent: 0, weight: 60 },
      ],
      [{ value: 120, exponent: 0 }],
      0.01,
    )
    const candidates = averagedCandidates(test, 0.5, 0.9)
    expect(candidates.length).toBeGreaterThan(0)
    for (const x of candidates) {
      expect(x).toBeGreaterThanOrEqual(0.5)
      expect(x).toBeLessThanOrEqual(0.9)
    }
    expect(averagedCandidates(test, 2, 3)).toEqual([])
  })

  it('are few, though a step is a hundredth of a percent', () => {
    // Weights 3,000 to 9,000 steps apart; the average passes them all along the path.
    const test = testOf(
      [
        { value: 100, exponent: 1, weight: 9000 },
        { value: 100, exponent: 0, weight: 3000 },
      ],
      [{ value: 100, exponent: 0 }],
      1e-4,
    )
    const candidates = averagedCandidates(test, FROM, TO)
    expect(mixedPieces(test, candidates)).toEqual([])
    expect(candidates.length).toBeLessThan(20)
  })

  it('are only where debt meets the collateral, where it is of the same weight', () => {
    const test = testOf(
      [{ value: 100, exponent: 1, weight: 80 }],
      [{ value: 40, exponent: 0 }],
      0.01,
    )
    const candidates = averagedCandidates(test, FROM, TO)
    expect(candidates.some((x) => Math.abs(x - 0.5) < 1e-12)).toBe(true)
    for (const x of candidates) expect(Math.abs(x - 0.5)).toBeLessThan(0.01)
  })

  it('are none where nothing is owed or held', () => {
    const none = {
      ...testOf([{ value: 1, exponent: 1, weight: 5 }], [], 0.1),
      total: [],
      weighted: [],
    }
    expect(averagedCandidates(none, FROM, TO)).toEqual([])
  })
})

describe('stepsWithin', () => {
  const averageAt = ({ total, weighted }: AveragedTest, x: number) =>
    valueAt(weighted, x) / valueAt(total, x)

  it.each([
    ['one asset', [0, 1]],
    ['an asset and shares of its pool', [0, 0.5, 1]],
  ])('are every whole average between two points, along %s', (_, exponents) => {
    const point = fc.double({ min: 0.01, max: 100, noNaN: true })
    fc.assert(
      fc.property(held(exponents), point, point, (legs, a, b) => {
        const test = testOf(legs, [], 1)
        const [left, right] = a < b ? [a, b] : [b, a]
        const { least, most } = stepsWithin(test, left, right)
        expect(Number.isInteger(least) && Number.isInteger(most)).toBe(true)
        for (let share = 0; share <= 1; share += 0.05) {
          const average = averageAt(test, left + share * (right - left))
          expect(least).toBeLessThanOrEqual(average + 1e-9)
          expect(most).toBeGreaterThanOrEqual(average - 1e-9)
        }
      }),
    )
  })

  it('are at most two more at each end where two powers are held', () => {
    const point = fc.double({ min: 0.01, max: 100, noNaN: true })
    fc.assert(
      fc.property(held([0.5, 1]), point, point, (legs, a, b) => {
        const test = testOf(legs, [], 1)
        const { least, most } = stepsWithin(test, Math.min(a, b), Math.max(a, b))
        const ends = [averageAt(test, a), averageAt(test, b)]
        expect(least).toBeGreaterThan(Math.min(...ends) - 2 - 1e-9)
        expect(most).toBeLessThan(Math.max(...ends) + 2 + 1e-9)
        expect(least).toBeGreaterThanOrEqual(test.weights.least)
        expect(most).toBeLessThanOrEqual(test.weights.most)
      }),
    )
  })

  it('are all between the weights where three powers are held: the average may turn', () => {
    const legs = [
      { value: 1, exponent: 0, weight: 10 },
      { value: 1, exponent: 1, weight: 90.5 },
      { value: 1, exponent: 2, weight: 9.5 },
    ]
    expect(stepsWithin(testOf(legs, [], 1), 0.01, 100)).toEqual({ least: 9, most: 91 })
  })
})
