import { readFileSync } from 'node:fs'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { models } from './risk-haircut.js'

describe('haircuts, scores and reverse stress', () => {
  it.each([
    ['risk.json', 3],
    ['risk-random.json', 65],
  ])('are met on the cases of %s: %s of them', async (name, passed) => {
    const text = readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8')
    const named = [{ name, file: parseTruthFile(text, name) }]
    const report = await runTruth(named, models, { allowUncovered: true })
    const misses = report.results.filter(({ status }) => status === 'miss' || status === 'error')
    expect(misses).toEqual([])
    expect(report.passed).toBe(passed)
  })
})
