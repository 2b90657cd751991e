import { readFileSync } from 'node:fs'
import type { TruthReport } from '@plimsoll/testkit'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { deriveModels } from './derive.js'

async function runFile(name: string): Promise<TruthReport> {
  const text = readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8')
  return runTruth([{ name, file: parseTruthFile(text, name) }], deriveModels)
}

const misses = (report: TruthReport) =>
  report.results.flatMap(({ id, leaves, reason }) => [
    ...(reason === null ? [] : [`${id}: ${reason}`]),
    ...leaves.filter(({ ok }) => !ok).map(({ path, residual }) => `${id} ${path}: ${residual}`),
  ])

describe('the standard manager of Derive', () => {
  it('is met to the unit on 54 random portfolios, given the option prices', async () => {
    const report = await runFile('derive-srm-random.json')
    expect(misses(report)).toEqual([])
    expect(report).toMatchObject({ passed: 54, uncovered: 0 })
    const residuals = report.results.flatMap(({ leaves }) =>
      leaves
        .filter(({ path, residual }) => residual !== null && !path.endsWith('.price'))
        .map(({ residual }) => residual),
    )
    expect(new Set(residuals)).toEqual(new Set(['0']))
  })

  it('is met within 1e-12 on the published portfolios, option prices included', async () => {
    const report = await runFile('derive-srm.json')
    expect(misses(report)).toEqual([])
    expect(report).toMatchObject({ passed: 10, uncovered: 0 })
  })
})
