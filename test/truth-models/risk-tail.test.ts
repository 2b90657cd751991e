import { readFileSync } from 'node:fs'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { models } from './risk-tail.js'

describe('tail measures and backtests', () => {
  it.each([
    ['risk.json', 16],
    ['risk-random.json', 105],
  ])('meet every case of their subject in %s', async (name, cases) => {
    const text = readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8')
    const file = parseTruthFile(text, name)
    const report = await runTruth([{ name, file }], models, { allowUncovered: true })
    const misses = report.results.flatMap(({ id, leaves, reason, status }) => [
      ...(status === 'error' ? [`${id}: ${reason}`] : []),
      ...leaves.filter(({ ok }) => !ok).map(({ path, residual }) => `${id} ${path}: ${residual}`),
    ])
    expect(misses).toEqual([])
    expect(report.passed).toBe(cases)
  })
})
