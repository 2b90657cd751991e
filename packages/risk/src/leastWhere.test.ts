import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastWhere } from './leastWhere.js'

describe('leastWhere', () => {
  it('is the least double from which the condition holds, to the last bit', () => {
    const positive = fc.double({ min: 0, max: 1e300, noNaN: true })
    fc.assert(
      fc.property(positive, positive, positive, (a, b, c) => {
        const [low = NaN, edge = NaN, high = NaN] = [a, b, c].sort((x, y) => x - y)
        fc.pre(low < edge)
        expect(leastWhere(low, high, (x) => x >= edge)).toBe(edge)
      }),
    )
  })

  it('is the upper end where the condition holds nowhere before', () => {
    expect(leastWhere(0, 3, () => false)).toBe(3)
  })

  it('is the next double after the lower end where it holds at once', () => {
    expect(leastWhere(1, 3, () => true)).toBe(1 + Number.EPSILON)
  })
})
