import { describe, expect, it } from 'vitest'
import { bytesLeftBehind } from './bytes.js'
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

const isDeep = process.env.PLIMSOLL_DEEP === '1'

function met(bars: readonly Bar[]): void {
  for (const { name, measured, most } of bars) expect(measured, name).toBeLessThan(most * SLACK)
}

describe.runIf(isDeep)('bars of speed, as ratios to what is measured beside them', () => {
  it('hold for a live margin of 100 positions', async () => met(await liveBars(41)))
  it('hold for native health under price scenarios', async () => met(await healthBars(21)))
  it('hold for a full reprice', async () => met(await repriceBars(21)))
  it('hold for folded losses', async () => met(await foldBars(41)))
  it('hold for a sweep of a million accounts', async () => met(await sweepBars(21)))
  it('are not set for the paths of a score', () => {
    expect(sayPaths).not.toThrow()
  })
})

describe('native health under price scenarios', () => {
  it('is that of formatUserSummary to 1e-12', () => {
    expect(healthDifference(20)).toBeLessThan(1e-12)
  })
})

describe('hot loops', () => {
  it('leave no heap behind', () => {
    for (const [name, bytes] of Object.entries(bytesLeftBehind())) {
      expect(Math.abs(bytes), name).toBeLessThan(1)
    }
  })
})
