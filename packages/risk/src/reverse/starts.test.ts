import { describe, expect, it } from 'vitest'
import type { LimitState } from './limitState.js'
import { searchStarts } from './starts.js'
import { length } from './vector.js'

/** A state that remembers at which shocks it was asked. */
function recorded(size: number, surplus: (shocks: Float64Array) => number) {
  const asked: Float64Array[] = []
  const state: LimitState = {
    size,
    at: (shocks) => {
      asked.push(shocks.slice())
      return surplus(shocks)
    },
    gradientAt: () => new Float64Array(size),
    unknown: () => ({ distance: Infinity, moves: new Float64Array(size) }),
  }
  return { asked, state }
}

/** The signs of shocks, as text. */
const signs = (shocks: Float64Array) => Array.from(shocks, (shock) => Math.sign(shock)).join(' ')

describe('searchStarts', () => {
  it.each([
    // Each shock either way; each pair in four quadrants; all together either way.
    [1, 2],
    [2, 4 + 4],
    [3, 6 + 12 + 2],
    [8, 16 + 112 + 2],
    [9, 18 + 2],
  ])('of %s factors scans %s directions, no two alike', (size, count) => {
    const { asked, state } = recorded(size, () => 1)
    expect(searchStarts(state, 0.5).failing).toEqual([])
    expect(new Set(asked.map(signs)).size).toBe(count)
    expect(asked).toHaveLength(count)
    for (const shocks of asked) {
      expect(length(shocks)).toBeCloseTo(0.5, 14)
      const sizes = new Set(shocks.map(Math.abs).filter((shock) => shock > 0))
      expect(sizes.size).toBe(1)
    }
  })

  it('looks either way along each pair and along all of three', () => {
    const { asked, state } = recorded(3, () => 1)
    searchStarts(state, 0.5)
    const seen = asked.map(signs)
    for (const sign of ['-1 0 0', '0 0 1', '1 0 -1', '0 -1 -1', '-1 -1 -1', '1 1 1']) {
      expect(seen).toContain(sign)
    }
  })

  it('begins at today and a standard deviation along every shock where nothing fails', () => {
    const { state } = recorded(2, () => 1)
    expect(searchStarts(state, 3).starts.map((start) => [...start])).toEqual([
      [0, 0],
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ])
  })

  it('begins along no more than eight of many shocks', () => {
    const { state } = recorded(12, () => 1)
    const { starts } = searchStarts(state, 0.5)
    expect(starts).toHaveLength(1 + 16)
    for (const start of starts.slice(1)) expect(length(start)).toBe(1)
  })

  it('begins at the eight nearest failing points, nearest first, and at no other', () => {
    // Fails beyond 2 standard deviations upward in the second shock, 3 downward, 1 in the first.
    const { state } = recorded(2, ([a = NaN, b = NaN]) =>
      Math.min(1 - Math.abs(a), b > 0 ? 2 - b : 3 + b),
    )
    const { starts, failing } = searchStarts(state, 10)
    expect(failing).toHaveLength(8)
    const distances = failing.map(length)
    expect(distances).toEqual(distances.toSorted((a, b) => a - b))
    expect(distances[0]).toBeCloseTo(1, 14)
    expect(distances.at(-1)).toBeCloseTo(3, 14)
    expect(starts).toEqual([new Float64Array(2), ...failing])
  })

  it('leaves out the farthest of more than eight', () => {
    const { state } = recorded(3, ([a = NaN, b = NaN, c = NaN]) =>
      Math.min(1 - Math.abs(a), 2 - Math.abs(b), 3 - Math.abs(c)),
    )
    const { failing } = searchStarts(state, 10)
    expect(failing).toHaveLength(8)
    expect(Math.max(...failing.map(length))).toBeLessThan(2)
  })
})
