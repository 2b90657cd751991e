import { describe, expect, it } from 'vitest'
import { BARS, missedBars, sayPaths } from './speed.js'

describe('bars of speed', () => {
  it.each(BARS)('hold for $of', { timeout: 180_000 }, async ({ bars, rounds }) => {
    expect(await missedBars(bars, rounds)).toEqual([])
  })

  it('are not set for the paths of a score, which are printed', { timeout: 60_000 }, () => {
    expect(sayPaths).not.toThrow()
  })
})
