import { describe, expect, it } from 'vitest'
import { SLACK } from './interleave.js'
import type { Bar } from './speed.js'
import {
  foldBars,
  healthBars,
  healthDifference,
  liveBars,
  repriceBars,
  sayPaths,
  sweepBars,
} from './speed.js'

const timeout = 60_000

function met(bars: readonly Bar[]): void {
  for (const { name, measured, most } of bars) expect(measured, name).toBeLessThan(most * SLACK)
}

describe('speed of the risk engine', () => {
  it('meets its bars', { timeout }, async () => {
    met(await liveBars(81))
    met(await healthBars(41))
    expect(healthDifference(50)).toBeLessThan(1e-12)
    met(await repriceBars(21))
    met(await foldBars(81))
    met(await sweepBars(41))
    sayPaths()
  })
})
