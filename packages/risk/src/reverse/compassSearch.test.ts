import { describe, expect, it } from 'vitest'
import { compassSearch } from './compassSearch.js'
import type { LimitState } from './limitState.js'
import { dot, length } from './vector.js'

/** A state that remembers at which shocks it was asked. */
function recorded(size: number, isFailing: (shocks: Float64Array) => boolean) {
  const asked: Float64Array[] = []
  const state: LimitState = {
    size,
    at: (shocks) => {
      asked.push(shocks.slice())
      return isFailing(shocks) ? -1 : 1
    },
    gradientAt: () => new Float64Array(size),
    unknown: () => ({ distance: Infinity, moves: new Float64Array(size) }),
  }
  return { asked, state }
}

describe('compassSearch', () => {
  it.each([
    [-2, -1],
    [2, -1],
    [-2, 1],
    [1, 2],
  ])('turns to the corner (%s, %s) of a jump', (x, y) => {
    const { state } = recorded(2, ([a = NaN, b = NaN]) => a / x >= 1 && b / y >= 1)
    const found = compassSearch(state, Float64Array.of(1.5 * x, 6 * y))
    expect(found[0]).toBeCloseTo(x, 3)
    expect(found[1]).toBeCloseTo(y, 2)
    expect(state.at(found)).toBeLessThanOrEqual(0)
  })

  it('gives back the point itself where no turn fails nearer, after ten ever smaller turns', () => {
    const start = Float64Array.of(0, 4)
    const { asked, state } = recorded(2, (shocks) => length(shocks) >= 4)
    expect(compassSearch(state, start)).toBe(start)
    // Each turn either way about each shock.
    expect(asked).toHaveLength(10 * 4)
    for (const shocks of asked) expect(length(shocks)).toBeCloseTo(4, 7)
  })

  it('turns one shock at a time, first by a tenth whatever the distance, and halves', () => {
    for (const reach of [0.5, 4]) {
      const start = Float64Array.of(0, 0, reach)
      const { asked, state } = recorded(3, () => false)
      compassSearch(state, start)
      const tangents = asked.map((shocks) => {
        const cosine = dot(shocks, start) / (length(shocks) * reach)
        return Math.sqrt(1 / cosine ** 2 - 1)
      })
      expect(asked).toHaveLength(10 * 6)
      for (const round of [0, 1, 9]) {
        for (const turn of [0, 1, 2, 3]) {
          expect(tangents[6 * round + turn]).toBeCloseTo(0.1 / 2 ** round, 7)
        }
      }
      for (const shocks of asked)
        expect(shocks.filter((shock) => shock !== 0).length).toBeLessThan(3)
    }
  })

  it('asks only nearer than the best point, by a billionth of it', () => {
    const { asked, state } = recorded(2, () => false)
    compassSearch(state, Float64Array.of(3, 4))
    for (const shocks of asked) expect(length(shocks) / 5).toBeLessThan(1 - 0.5e-9)
  })
})
