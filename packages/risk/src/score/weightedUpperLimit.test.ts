import { describe, expect, it } from 'vitest'
import { ScoreError, weightedUpperLimit } from './index.js'

describe('weightedUpperLimit', () => {
  const paths = { weights: [0.5], trials: 10, maximumWeight: 1 }

  it.each([
    ['more weights than paths', { trials: 1, weights: [1, 1] }],
    ['half a path', { trials: 10.5 }],
    ['no path', { trials: 0, weights: [] }],
    ['less than no path', { trials: -1, weights: [] }],
    ['no greatest weight', { maximumWeight: 0, weights: [] }],
    ['a greatest weight below 0', { maximumWeight: -1, weights: [] }],
    ['a weight below 0', { weights: [-0.1] }],
  ])('refuses %s', (_, change) => {
    expect(() => weightedUpperLimit({ ...paths, ...change })).toThrow(ScoreError)
  })

  it('is certain of nothing with a single path, and takes a hit in every path', () => {
    expect(weightedUpperLimit({ weights: [], trials: 1, maximumWeight: 0.1 })).toBeCloseTo(
      0.368887945411394,
      12,
    )
    expect(weightedUpperLimit({ weights: [1], trials: 1, maximumWeight: 1 })).toBe(1)
  })
})
