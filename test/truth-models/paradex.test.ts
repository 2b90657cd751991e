import { readFileSync } from 'node:fs'
import { evaluateScenarioTest } from '@plimsoll/risk'
import type { TruthFile } from '@plimsoll/testkit'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { paradexModels, scanOf } from './paradex.js'

const fileOf = (name: string): TruthFile =>
  parseTruthFile(readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8'), name)

describe('the margin engine of Paradex', () => {
  it.each([
    ['paradex-pm-random.json', 78],
    ['paradex-pm.json', 1],
    ['paradex.json', 1],
  ])('is met on every case of %s', async (name, cases) => {
    const report = await runTruth([{ name, file: fileOf(name) }], paradexModels)
    const misses = report.results.flatMap(({ id, leaves }) =>
      leaves.filter(({ ok }) => !ok).map(({ path, residual }) => `${id} ${path}: ${residual}`),
    )
    expect(misses).toEqual([])
    expect(report).toMatchObject({ passed: cases, uncovered: 0 })
  })

  it('is missed by millionths with an exact normal distribution: the polynomial is its own', () => {
    const file = fileOf('paradex-pm-random.json')
    const misses = file.cases.flatMap((truthCase) => {
      const test = scanOf(file, truthCase)
      if (test === null) return []
      const own = evaluateScenarioTest(test).initial.requirement
      const exact = evaluateScenarioTest({ ...test, normalCdf: 'exact' }).initial.requirement
      return own === 0 ? [] : [Math.abs(exact - own) / own]
    })
    expect(misses.length).toBeGreaterThan(60)
    const largest = Math.max(...misses)
    expect(largest).toBeGreaterThan(1e-6)
    expect(largest).toBeLessThan(6e-6)
  })
})
