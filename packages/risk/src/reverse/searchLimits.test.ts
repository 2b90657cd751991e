import { describe, expect, it } from 'vitest'
import type { NearestFailure } from './index.js'
import { nearestFailure, ReverseStressError } from './index.js'

const distanceOf = (found: NearestFailure) =>
  found.kind === 'nearest' ? found.nearest.distance : Number.NaN

describe('what nearestFailure does not claim', () => {
  it('says that the account fails today, cannot fail, or does not within the search', () => {
    const root = Float64Array.of(0.1)
    expect(nearestFailure({ surplus: () => 0, root })).toEqual({ kind: 'failed' })
    const free = nearestFailure({ surplus: () => Infinity, root })
    expect(free).toEqual({ kind: 'none', searchedTo: Infinity })
    const safe = ([move = 0]: Float64Array) => 1 + move
    const near = nearestFailure({ surplus: safe, root, searchTo: 5 })
    expect(near).toEqual({ kind: 'none', searchedTo: 5 })
    expect(distanceOf(nearestFailure({ surplus: safe, root, searchTo: 12 }))).toBeCloseTo(10, 9)
  })

  it('claims no distance behind a move of which nothing is known', () => {
    const root = Float64Array.of(0.1)
    const blind = ([move = 0]: Float64Array) => (move > 0.12 ? NaN : 1 + 5 * move)
    expect(nearestFailure({ surplus: blind, root })).toMatchObject({ kind: 'unknown' })
    const further = ([move = 0]: Float64Array) => (move > 0.24 ? NaN : 1 + 5 * move)
    expect(distanceOf(nearestFailure({ surplus: further, root }))).toBeCloseTo(2, 9)
  })

  it('refuses to begin where nothing is known, and a search without end', () => {
    const root = Float64Array.of(0.1)
    expect(() => nearestFailure({ surplus: () => NaN, root })).toThrow(/without any move is NaN/)
    for (const searchTo of [0, -1, NaN, Infinity]) {
      expect(() => nearestFailure({ surplus: () => 1, root, searchTo })).toThrow(ReverseStressError)
    }
  })
})
