import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bisect, combine, powerSum, rootsBetween, valueAt } from './powerSum.js'

describe('powerSum', () => {
  it('adds equal exponents, in ascending order', () => {
    expect(
      powerSum([
        { exponent: 1, coefficient: 2 },
        { exponent: 0, coefficient: -3 },
        { exponent: 1, coefficient: 0.5 },
      ]),
    ).toEqual([
      { exponent: 0, coefficient: -3 },
      { exponent: 1, coefficient: 2.5 },
    ])
  })

  it('leaves out what cancels to its own rounding', () => {
    const third = 0.1 + 0.2
    expect(
      powerSum([
        { exponent: 1, coefficient: third },
        { exponent: 1, coefficient: -0.3 },
      ]),
    ).toEqual([])
    expect(powerSum([{ exponent: 2, coefficient: 0 }])).toEqual([])
  })

  it('combines two sums with a factor', () => {
    const a = powerSum([{ exponent: 1, coefficient: 4 }])
    const b = powerSum([
      { exponent: 0, coefficient: 1 },
      { exponent: 1, coefficient: 1 },
    ])
    expect(combine(a, b, -2)).toEqual([
      { exponent: 0, coefficient: -2 },
      { exponent: 1, coefficient: 2 },
    ])
    expect(valueAt(combine(a, b, -2), 3)).toBe(4)
  })
})

describe('rootsBetween', () => {
  it('is empty for a constant and for a single power', () => {
    expect(rootsBetween([], 1e-9, 1e9)).toEqual([])
    expect(rootsBetween([{ exponent: 2, coefficient: 3 }], 1e-9, 1e9)).toEqual([])
  })

  it('solves a line, within the range only', () => {
    const line = powerSum([
      { exponent: 0, coefficient: -6 },
      { exponent: 1, coefficient: 3 },
    ])
    expect(rootsBetween(line, 1e-9, 1e9)).toEqual([2])
    expect(rootsBetween(line, 2, 3)).toEqual([2])
    expect(rootsBetween(line, 1, 2)).toEqual([2])
    expect(rootsBetween(line, 1, 1.9)).toEqual([])
    expect(rootsBetween(line, 2.1, 9)).toEqual([])
    const positive = powerSum([
      { exponent: 0, coefficient: 6 },
      { exponent: 1, coefficient: 3 },
    ])
    expect(rootsBetween(positive, 1e-9, 1e9)).toEqual([])
  })

  it('finds all roots of a product of three factors', () => {
    // (x − 0.5)(x − 1.5)(x − 4) = x³ − 6x² + 8.75x − 3
    const cubic = powerSum([
      { exponent: 3, coefficient: 1 },
      { exponent: 2, coefficient: -6 },
      { exponent: 1, coefficient: 8.75 },
      { exponent: 0, coefficient: -3 },
    ])
    const roots = rootsBetween(cubic, 1e-9, 1e9)
    expect(roots).toHaveLength(3)
    for (const [index, root] of [0.5, 1.5, 4].entries()) {
      expect(roots[index]).toBeCloseTo(root, 12)
    }
    expect(rootsBetween(cubic, 1, 2)).toHaveLength(1)
  })

  it('finds all roots for fractional and negative exponents', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 3, maxLength: 3 }),
        fc.constantFrom(-1.5, -0.5, 0.25, 0.5, 1, 2),
        (tenths, unit) => {
          const places = tenths.map((tenth) => tenth / 10).sort((a, b) => a - b)
          const [a = NaN, b = NaN, c = NaN] = places.map((x) => x ** unit)
          const sum = powerSum([
            { exponent: 3 * unit, coefficient: 1 },
            { exponent: 2 * unit, coefficient: -(a + b + c) },
            { exponent: unit, coefficient: a * b + b * c + a * c },
            { exponent: 0, coefficient: -a * b * c },
          ])
          const roots = rootsBetween(sum, 1e-9, 1e9)
          expect(roots).toHaveLength(3)
          for (const [index, root] of roots.entries()) {
            expect(Math.abs(root / (places[index] ?? NaN) - 1)).toBeLessThan(1e-6)
          }
        },
      ),
    )
  })
})

describe('bisect', () => {
  it('goes to the last bits', () => {
    expect(bisect((x) => x * x - 2, 1, 2)).toBeCloseTo(Math.SQRT2, 15)
    expect(bisect((x) => 2 - x * x, 1, 2)).toBeCloseTo(Math.SQRT2, 15)
  })

  it('takes a root at either end', () => {
    expect(bisect((x) => x - 1, 1, 2)).toBe(1)
    expect(bisect((x) => x - 2, 1, 2)).toBe(2)
  })

  it('is null where the sign does not change or is not known', () => {
    expect(bisect((x) => x, 1, 2)).toBeNull()
    expect(bisect((x) => -x, 1, 2)).toBeNull()
    expect(bisect(() => NaN, 1, 2)).toBeNull()
  })
})
