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
  it('live margin of 100 positions', { timeout }, async () => met(await liveBars(81)))
  it('native health under price scenarios', { timeout }, async () => {
    met(await healthBars(41))
    expect(healthDifference(50)).toBeLessThan(1e-12)
  })
  it('full reprice', { timeout }, async () => met(await repriceBars(41)))
  it('folded losses', { timeout }, async () => met(await foldBars(81)))
  it('sweep of a million accounts', { timeout }, async () => met(await sweepBars(41)))
  it('paths of a score', { timeout }, () => sayPaths())
})
