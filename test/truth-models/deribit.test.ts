import { readFileSync } from 'node:fs'
import type { TruthReport } from '@plimsoll/testkit'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { models } from './deribit.js'

async function runFile(name: string): Promise<TruthReport> {
  const text = readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8')
  return runTruth([{ name, file: parseTruthFile(text, name) }], models)
}

describe('portfolio margin of futures at Deribit', () => {
  it.each([
    ['deribit-pm.json', 1],
    ['deribit-pme.json', 2],
  ])(
    'is met in %s: every vector to 1e-15, the margins at the printed decimals',
    async (name, cases) => {
      const report = await runFile(name)
      const misses = report.results.flatMap(({ id, leaves }) =>
        leaves.filter(({ ok }) => !ok).map(({ path, residual }) => `${id} ${path}: ${residual}`),
      )
      expect(misses).toEqual([])
      expect(report).toMatchObject({ passed: cases, uncovered: 0 })
    },
  )

  it('has no residual above 1e-15, margins included', async () => {
    const report = await runFile('deribit-pme.json')
    const residuals = report.results.flatMap(({ leaves }) =>
      leaves.map(({ residual }) => Math.abs(Number(residual ?? 0))),
    )
    expect(residuals.length).toBeGreaterThan(150)
    expect(Math.max(...residuals)).toBeLessThanOrEqual(1e-15)
  })
})
