import { readFileSync } from 'node:fs'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { panopticV2Models } from './panoptic-v2.js'

describe('the risk engine of Panoptic v2', () => {
  it.each([
    ['panoptic-v2.json', 10],
    ['panoptic-v2-random.json', 60],
  ])('is met to the unit on every case of %s', async (name, cases) => {
    const text = readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8')
    const report = await runTruth([{ name, file: parseTruthFile(text, name) }], panopticV2Models)
    const misses = report.results.flatMap(({ id, leaves }) =>
      leaves.filter(({ ok }) => !ok).map(({ path, residual }) => `${id} ${path}: ${residual}`),
    )
    expect(misses).toEqual([])
    expect(report).toMatchObject({ passed: cases, uncovered: 0 })
  })
})
