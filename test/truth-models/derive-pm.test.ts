import { readFileSync } from 'node:fs'
import { worstScenario } from '@plimsoll/adapters/options/derive/stress'
import type { TruthFile, TruthReport } from '@plimsoll/testkit'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { models, secondResult } from './derive-pm.js'

function fileOf(name: string): TruthFile {
  const text = readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8')
  return parseTruthFile(text, name)
}

const misses = (report: TruthReport) =>
  report.results.flatMap(({ id, leaves, reason }) => [
    ...(reason === null ? [] : [`${id}: ${reason}`]),
    ...leaves.filter(({ ok }) => !ok).map(({ path, residual }) => `${id} ${path}: ${residual}`),
  ])

describe('the portfolio managers of Derive', () => {
  it.each([
    ['derive-pmrm1.json', 6],
    ['derive-pmrm2.json', 21],
    ['derive-v3-pm2.json', 1],
  ])('are met on the cases of %s', async (name, passed) => {
    const report = await runTruth([{ name, file: fileOf(name) }], models)
    expect(misses(report)).toEqual([])
    expect(report).toMatchObject({ passed, uncovered: 0 })
  })

  const { cases, paramSets } = fileOf('derive-pmrm2.json')
  const chain = z.object({ chain: z.object({ worstIndex: z.number() }) })

  it.each(cases.map((truthCase) => [truthCase.id, truthCase] as const))(
    'find the worst scenario that the contract finds: %s',
    (_id, truthCase) => {
      const result = secondResult(paramSets, truthCase)
      const { worstIndex } = chain.parse(truthCase).chain
      expect(result && worstScenario(result.maintenance)).toBe(worstIndex)
    },
  )

  it('meet every scenario of the contract within 1e-12, in 18 decimals', () => {
    const measured = z.object({
      expect: z.object({ pnl: z.array(z.string().transform((raw) => Number(`${raw}e-18`))) }),
    })
    const held = z.object({
      options: z.array(z.tuple([z.number(), z.number(), z.string(), z.number(), z.number()])),
      spot: z.tuple([z.number(), z.number()]),
    })
    let compared = 0
    for (const truthCase of fileOf('derive-pmrm2-wei.json').cases) {
      const published = cases.find(({ id }) => id === truthCase.id.replace('pm2wei', 'derive-pm2'))
      const result = published && secondResult(paramSets, published)
      if (result === undefined) continue
      const [book] = result.books
      // The contract's own prices are good to the last digits of the forward, not of themselves.
      const { options, spot } = held.parse(published)
      const digits =
        options.reduce((sum, [, , , size]) => sum + Math.abs(size), 0) * spot[0] * 1e-16
      const gross = (index: number) =>
        (book?.legs ?? []).reduce((sum, { scenarios }) => sum + Math.abs(scenarios[index] ?? 0), 0)
      for (const [index, profit] of measured.parse(truthCase).expect.pnl.entries()) {
        const residual = Math.abs((result.maintenance.scenarios[index] ?? NaN) - profit)
        expect(residual, `${truthCase.id} ${index}`).toBeLessThanOrEqual(
          1e-12 * gross(index) + digits,
        )
        compared += 1
      }
    }
    expect(compared).toBe(401)
  })
})
