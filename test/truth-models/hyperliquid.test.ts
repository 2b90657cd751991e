import { readFileSync } from 'node:fs'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { hyperliquidModel } from './hyperliquid.js'

describe('recorded Hyperliquid accounts', () => {
  it('are met within the rounding of the printed inputs, null exactly where no price liquidates', async () => {
    const text = readFileSync(new URL('../truth/hyperliquid.json', import.meta.url), 'utf8')
    const file = parseTruthFile(text, 'hyperliquid.json')
    const report = await runTruth([{ name: 'hyperliquid.json', file }], [hyperliquidModel])
    const misses = report.results.flatMap(({ id, leaves, reason }) => [
      ...(reason === null ? [] : [`${id}: ${reason}`]),
      ...leaves.filter(({ ok }) => !ok).map((leaf) => ({ id, ...leaf })),
    ])
    expect(misses).toEqual([])
    expect(report).toMatchObject({ passed: 6, uncovered: 0, ok: true })
  })
})
