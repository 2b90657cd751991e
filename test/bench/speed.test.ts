import { describe, expect, it } from 'vitest'
import { bytesPerRun, say } from './interleave.js'
import { WITHOUT_OPTION_RULES } from './livePortfolio.js'
import {
  BARS,
  foldedBook,
  healthDifference,
  hundredLive,
  missedBars,
  nineUnderScenarios,
  pathsOf,
  population,
} from './speed.js'

/** Of a number that the engine boxes. */
const BYTES_OF_NUMBER = 16
/** A hundredth of one number. */
const LEAST_BYTES = 0.08
/** Less than one number that is boxed in each turn of a loop. */
const LESS_THAN_A_NUMBER = 8
const OPTIONS = 50

const isDeep = process.env.PLIMSOLL_DEEP === '1'

describe.runIf(isDeep)('bars of speed, as ratios to what is measured beside them', () => {
  it.each(BARS)('hold for $of', async ({ bars, rounds }) => {
    expect(await missedBars(bars, Math.ceil(rounds / 2))).toEqual([])
  })
})

describe('native health under price scenarios', () => {
  it('is that of formatUserSummary to 1e-12', () => {
    expect(healthDifference(20)).toBeLessThan(1e-12)
  })
})

describe('hot loops leave no heap behind:', () => {
  /** Bytes for one of `evaluations` in a run. */
  const bytesOf = (name: string, runs: number, evaluations: number, run: () => void): number => {
    // The median of some windows: a collection lowers one, and what else the process does raises one.
    const windows = Array.from({ length: 9 }, () => bytesPerRun(runs, run) / evaluations)
    const bytes = windows.sort((a, b) => a - b)[4] ?? NaN
    say(`${name}: ${bytes.toFixed(4)} bytes left behind`)
    return Math.abs(bytes)
  }

  it('a tick, for each of its healths and cells, but for a few numbers an option', () => {
    const { margin, tick } = hundredLive(WITHOUT_OPTION_RULES)
    const cells = margin.profits.length
    // What an engine boxes where it does not inline ln(F/K), once an option.
    const boxed = (4 * BYTES_OF_NUMBER) / cells
    expect(bytesOf('tick', 500, OPTIONS * cells, tick)).toBeLessThan(LEAST_BYTES + boxed)
  })

  it('native health under price scenarios', () => {
    const { run } = nineUnderScenarios()
    expect(bytesOf('health', 1000, 1000, run)).toBeLessThan(LEAST_BYTES)
  })

  it('a sweep of accounts', () => {
    const { run, out } = population(10_000)
    expect(bytesOf('sweep', 100, out.length, run)).toBeLessThan(LEAST_BYTES)
  })

  /** Bytes for a step of long paths, without those of a simulation of none. */
  const bytesOfStep = (name: string, distance: number): number => {
    const long = { horizonDays: 60, distance }
    const { run, steps } = pathsOf(20, long)
    const none = bytesOf(`${name}, no paths`, 2, steps, pathsOf(0, long).run)
    return bytesOf(name, 2, steps, run) - none
  }

  it('a step of a plain path, but for what a handful of numbers take on each path', () => {
    expect(bytesOfStep('step', 0)).toBeLessThan(2 * LEAST_BYTES)
  })

  it('a step of a path by importance, but for the law of its volatility', () => {
    expect(bytesOfStep('step by importance', 0.5)).toBeLessThan(LESS_THAN_A_NUMBER)
  })

  it('folded losses and their shortfall', () => {
    const { fold, shortfall } = foldedBook()
    expect(bytesOf('fold', 100, 10_000, fold)).toBeLessThan(LEAST_BYTES)
    expect(bytesOf('fold and shortfall', 100, 10_000, shortfall)).toBeLessThan(LEAST_BYTES)
  })
})
