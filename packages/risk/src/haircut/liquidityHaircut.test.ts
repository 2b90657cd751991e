import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DepthCurve } from './index.js'
import { HaircutError, liquidityHaircut, liquidityHaircuts } from './index.js'

const positive = fc.double({ min: 0.01, max: 1000, noNaN: true })
const steps = fc.array(fc.tuple(positive, fc.double({ min: 0, max: 0.2, noNaN: true })), {
  minLength: 1,
  maxLength: 6,
})

/** Quantities with prices that fall from 100, each by a share of the one before. */
const falling = steps.map((given) =>
  given.map(([width], index) => ({
    width,
    reached: given.slice(0, index + 1).reduce((sum, [each]) => sum + each, 0),
    price: given.slice(0, index + 1).reduce((price, [, fall]) => price * (1 - fall), 100),
  })),
)
const levels: fc.Arbitrary<DepthCurve> = falling.map((given) => ({
  kind: 'levels',
  mid: 100,
  levels: given.map(({ width, price }) => ({ quantity: width, price })),
}))
const points: fc.Arbitrary<DepthCurve> = falling.map((given) => ({
  kind: 'points',
  mid: 100,
  points: [
    { quantity: 0, price: 100 },
    ...given.map(({ reached, price }) => ({ quantity: reached, price })),
  ],
}))
const curves: fc.Arbitrary<DepthCurve> = fc.oneof(
  levels,
  points,
  positive.map((reserve) => ({ kind: 'constant-product', reserve }) as const),
  positive.map((depth) => ({ kind: 'linear', depth }) as const),
)

describe('liquidityHaircut', () => {
  it('is in [0, 1] and never falls with the size', () => {
    fc.assert(
      fc.property(curves, positive, positive, (curve, a, b) => {
        const [small, large] = liquidityHaircuts(curve, [Math.min(a, b), Math.max(a, b)])
        expect(small?.haircut).toBeGreaterThanOrEqual(0)
        expect(large?.haircut).toBeLessThanOrEqual(1)
        expect(large?.haircut).toBeGreaterThanOrEqual((small?.haircut ?? NaN) - 1e-12)
        expect(large?.unfilled).toBeGreaterThanOrEqual(small?.unfilled ?? NaN)
      }),
    )
  })

  const book: DepthCurve = {
    kind: 'levels',
    mid: 100,
    levels: [
      { price: 99, quantity: 10 },
      { price: 95, quantity: 10 },
    ],
  }

  it('walks a book level by level', () => {
    expect(liquidityHaircut(book, 5).haircut).toBeCloseTo(0.01, 15)
    expect(liquidityHaircut(book, 20).haircut).toBeCloseTo(0.03, 15)
  })

  it('counts what the book does not show as lost', () => {
    expect(liquidityHaircut(book, 40)).toMatchObject({ unfilled: 20 })
    expect(liquidityHaircut(book, 40).haircut).toBeCloseTo(1 - 0.97 / 2, 15)
    const empty = { kind: 'levels', mid: 100, levels: [] } as const
    expect(liquidityHaircut(empty, 1)).toEqual({ quantity: 1, haircut: 1, unfilled: 1 })
  })

  it('takes the marginal price as linear between points', () => {
    const curve = {
      kind: 'points',
      mid: 100,
      points: [
        { quantity: 0, price: 100 },
        { quantity: 10, price: 80 },
      ],
    } as const
    expect(liquidityHaircut(curve, 5).haircut).toBeCloseTo(0.05, 15)
    expect(liquidityHaircut(curve, 10).haircut).toBeCloseTo(0.1, 15)
    expect(liquidityHaircut(curve, 20)).toMatchObject({ haircut: 0.55, unfilled: 10 })
  })

  it('sells along a straight line until its price is 0', () => {
    const curve = { kind: 'linear', depth: 100 } as const
    expect(liquidityHaircut(curve, 50)).toEqual({ quantity: 50, haircut: 0.25, unfilled: 0 })
    expect(liquidityHaircut(curve, 200)).toEqual({ quantity: 200, haircut: 0.75, unfilled: 100 })
  })

  it('takes a bid above the mid for no gain', () => {
    const crossed = { kind: 'levels', mid: 100, levels: [{ price: 103, quantity: 5 }] } as const
    expect(liquidityHaircut(crossed, 5).haircut).toBe(0)
  })

  it('refuses curves that cannot be', () => {
    const rising = {
      kind: 'levels',
      mid: 100,
      levels: [
        { price: 95, quantity: 1 },
        { price: 99, quantity: 1 },
      ],
    } as const
    expect(() => liquidityHaircut(rising, 1)).toThrow(/rises from 95 to 99/)
    expect(() => liquidityHaircut(book, 0)).toThrow(/quantity to sell is 0/)
    expect(() => liquidityHaircut({ ...book, mid: NaN }, 1)).toThrow(HaircutError)
    const late = { kind: 'points', mid: 1, points: [{ quantity: 1, price: 1 }] } as const
    expect(() => liquidityHaircut(late, 1)).toThrow(/first point at 0/)
    expect(() => liquidityHaircut({ ...late, points: [] }, 1)).toThrow(HaircutError)
    const still = [
      { quantity: 0, price: 1 },
      { quantity: 0, price: 0.9 },
    ]
    expect(() => liquidityHaircut({ ...late, points: still }, 1)).toThrow(/between two points/)
    expect(() => liquidityHaircut({ ...late, points: [{ quantity: 0, price: NaN }] }, 1)).toThrow(
      /price of a point is NaN/,
    )
    const free = [
      { quantity: 0, price: 1 },
      { quantity: 2, price: -1 },
    ]
    expect(() => liquidityHaircut({ ...late, points: free }, 1)).toThrow(/price of a point is -1/)
    const better = [
      { quantity: 0, price: 1 },
      { quantity: 2, price: 0.9 },
      { quantity: 3, price: 0.95 },
    ]
    expect(() => liquidityHaircut({ ...late, points: better }, 1)).toThrow(/from 0.9 to 0.95/)
    const back = [
      { quantity: 0, price: 1 },
      { quantity: 2, price: 0.9 },
      { quantity: 1, price: 0.8 },
    ]
    expect(() => liquidityHaircut({ ...late, points: back }, 1)).toThrow(/two points is -1/)
    const owed = { kind: 'levels', mid: 1, levels: [{ price: 1, quantity: -1 }] } as const
    expect(() => liquidityHaircut(owed, 1)).toThrow(/quantity of a level is -1/)
    const unknown = { kind: 'levels', mid: 1, levels: [{ price: NaN, quantity: 1 }] } as const
    expect(() => liquidityHaircut(unknown, 1)).toThrow(/price of a level is NaN/)
    expect(() => liquidityHaircut({ kind: 'linear', depth: 0 }, 1)).toThrow(HaircutError)
    const dry = { kind: 'constant-product', reserve: -1 } as const
    expect(() => liquidityHaircut(dry, 1)).toThrow(/reserve of the pool is -1/)
  })
})
