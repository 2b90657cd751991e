import { describe, expect, it } from 'vitest'
import { bytesPerRun, SLACK, say } from './interleave.js'
import { WITHOUT_OPTION_RULES } from './livePortfolio.js'
import type { Bar } from './speed.js'
import {
  foldBars,
  foldedBook,
  healthBars,
  healthDifference,
  hundredLive,
  liveBars,
  nineUnderScenarios,
  population,
  repriceBars,
  sayPaths,
  sweepBars,
} from './speed.js'

/** A hundredth of one number. */
const LEAST_BYTES = 0.08
const OPTIONS = 50

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

describe('hot loops leave no heap behind:', () => {
  /** Bytes for one of `evaluations` in a run. */
  const check = (name: string, runs: number, evaluations: number, run: () => void): void => {
    // The median of some windows: a collection lowers one, and what else the process does raises one.
    const windows = Array.from({ length: 9 }, () => bytesPerRun(runs, run) / evaluations)
    const bytes = windows.sort((a, b) => a - b)[4] ?? NaN
    say(`${name}: ${bytes.toFixed(4)} bytes left behind`)
    expect(Math.abs(bytes), name).toBeLessThan(LEAST_BYTES)
  }

  it('a tick, for each of its healths and cells, but for what a handful of numbers take', () => {
    const { margin, tick } = hundredLive(WITHOUT_OPTION_RULES)
    check('tick', 500, OPTIONS * margin.profits.length, tick)
  })

  it('native health under price scenarios', () => {
    const { run } = nineUnderScenarios()
    check('health', 1000, 1000, run)
  })

  it('a sweep of accounts', () => {
    const { run, out } = population(10_000)
    check('sweep', 100, out.length, run)
  })

  it('folded losses and their shortfall', () => {
    const { fold, shortfall } = foldedBook()
    check('fold', 100, 10_000, fold)
    check('fold and shortfall', 100, 10_000, shortfall)
  })
})
