import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Barrier } from './index.js'
import { aggregateCorrelated, liquidityAdjustedTail, TailError, touchProbability } from './index.js'

describe('aggregateCorrelated', () => {
  it('lies between the difference and the sum', () => {
    expect(aggregateCorrelated(3, 4, 0)).toBe(5)
    expect(aggregateCorrelated(3, 4, 1)).toBe(7)
    expect(aggregateCorrelated(3, 4, -1)).toBe(1)
    expect(aggregateCorrelated(0.1, 0.1, -1)).toBe(0)
    expect(() => aggregateCorrelated(3, 4, 1.1)).toThrow(/correlation is 1.1/)
    expect(() => aggregateCorrelated(3, 4, -1.1)).toThrow(/correlation is -1.1/)
    expect(() => aggregateCorrelated(NaN, 4, 1)).toThrow(TailError)
    expect(() => aggregateCorrelated(1, Infinity, 1)).toThrow(TailError)
  })
})

// Reference values: mpmath 1.3 at 40 digits, cut to 15, of the doubles nearest to the arguments.
const TOUCH: readonly [Partial<Barrier>, number, number, number][] = [
  [{ barrier: 90 }, 0.609039429800564, 0.322603678871608, 0.555298674880941],
  [
    { barrier: 120, drift: 0.5, volatility: 0.4, years: 0.25 },
    0.545930654807638,
    0.349523297227459,
    0.911607783969773,
  ],
  [{ barrier: 80, drift: -0.8, years: 0.5 }, 0.89165769921989, 0.735321112231783, 0.52595439437442],
  [
    { barrier: 130, drift: -0.2, volatility: 0.7, years: 0.2 },
    0.310830683308814,
    0.130847908227635,
    0.838091900308632,
  ],
]

describe('touchProbability', () => {
  const base = { spot: 100, barrier: 90, drift: 0, volatility: 0.6, years: 0.1 }

  it.each(TOUCH)('of %o is the reference', (over, touch, end, distance) => {
    const found = touchProbability({ ...base, ...over })
    expect(found.touch).toBeCloseTo(touch, 13)
    expect(found.end).toBeCloseTo(end, 13)
    expect(found.distance).toBeCloseTo(distance, 13)
  })

  it('is in the end the inverse of the multiple, for a price that is expected to stay', () => {
    const ever = (barrier: number) =>
      touchProbability({ ...base, barrier, years: 2000, volatility: 0.5 }).touch
    expect(ever(125)).toBeCloseTo(0.8, 12)
    expect(ever(400)).toBeCloseTo(0.25, 12)
    expect(ever(50)).toBeCloseTo(1, 12)
  })

  it('is 1 at the barrier and falls with its distance, on both sides', () => {
    expect(touchProbability({ ...base, barrier: 100 })).toMatchObject({ touch: 1, distance: 0 })
    const at = (barrier: number) => touchProbability({ ...base, barrier }).touch
    expect([99, 95, 90, 60].map(at)).toEqual([99, 95, 90, 60].map(at).sort((a, b) => b - a))
    expect([101, 105, 120, 170].map(at)).toEqual([101, 105, 120, 170].map(at).sort((a, b) => b - a))
  })

  it('mirrors: a barrier above, of the price in the other money', () => {
    // 1/S is a geometric Brownian motion of drift σ² − μ.
    const up = touchProbability({ ...base, barrier: 120, drift: 0.1 })
    const inverse = { ...base, spot: 0.01, barrier: 1 / 120, drift: 0.36 - 0.1 }
    expect(touchProbability(inverse).touch).toBeCloseTo(up.touch, 12)
    expect(touchProbability(inverse).end).toBeCloseTo(up.end, 12)
  })

  it('is at least the chance of ending beyond, and at most 1', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1000, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.double({ min: 1e-4, max: 5, noNaN: true }),
        (barrier, drift, volatility, years) => {
          const { touch, end } = touchProbability({ spot: 100, barrier, drift, volatility, years })
          expect(touch).toBeGreaterThanOrEqual(end)
          expect(touch).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 200 },
    )
  })

  it.each([
    { spot: 0 },
    { barrier: -1 },
    { barrier: Infinity },
    { volatility: 0 },
    { volatility: Infinity },
    { years: 0 },
    { drift: NaN },
  ])('refuses %o', (over) => {
    expect(() => touchProbability({ ...base, ...over })).toThrow(TailError)
  })
})

describe('liquidityAdjustedTail', () => {
  const tail = { valueAtRisk: 100, expectedShortfall: 130 }
  const cost = { value: 1000, meanSpread: 0.002, spreadDeviation: 0.001, multiplier: 3 }

  it('adds half of the stressed spread to both', () => {
    expect(liquidityAdjustedTail(tail, cost)).toEqual({
      valueAtRisk: 102.5,
      expectedShortfall: 132.5,
      liquidityCost: 2.5,
    })
  })

  it.each([{ value: -1 }, { meanSpread: NaN }, { spreadDeviation: -1 }, { multiplier: Infinity }])(
    'refuses %o',
    (over) => {
      expect(() => liquidityAdjustedTail(tail, { ...cost, ...over })).toThrow(TailError)
    },
  )

  it('refuses a tail that is unknown', () => {
    expect(() => liquidityAdjustedTail({ ...tail, valueAtRisk: NaN }, cost)).toThrow(TailError)
    expect(() => liquidityAdjustedTail({ ...tail, expectedShortfall: NaN }, cost)).toThrow(
      TailError,
    )
  })
})
