import { describe, expect, it } from 'vitest'
import { bandOfScore } from './bands.js'

describe('bandOfScore', () => {
  it.each([
    [0, 'overloaded'],
    [24.9, 'overloaded'],
    [25, 'heavily loaded'],
    [50, 'moderately loaded'],
    [75, 'lightly loaded'],
    [100, 'lightly loaded'],
  ])('calls %d %s', (score, name) => {
    expect(bandOfScore(score).name).toBe(name)
  })

  it('goes by factors of ten of the probability', () => {
    expect(bandOfScore(-25 * Math.log10(0.05)).chance).toBe('between 1 in 100 and 1 in 10')
  })
})
