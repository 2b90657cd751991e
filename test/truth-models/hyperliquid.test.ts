import { readFileSync } from 'node:fs'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { liquidationPrice, marginTiers } from '../../adapters/src/perps/hyperliquid/margin.js'
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

  it('miss the recording of 2023 by 1 % under the formula of today: formulas are dated', () => {
    // 26,961.2 USD, −0.00785 BTC, 1,148 USD above maintenance at 50x; the venue said 173,198.7.
    const unit = 10n ** 36n
    const position = {
      size: (-785n * unit) / 100_000n,
      price: (2_696_120n * unit) / 100n,
      leverage: 20,
      tiers: marginTiers([[0n, 50]]),
    }
    const price = liquidationPrice(position, (1_147_964_344n * unit) / 1_000_000n) ?? 0n
    const miss = Number((price * 10_000n) / unit) / 10_000 / 173_198.69592357 - 1
    expect(miss).toBeLessThan(-0.008)
    expect(miss).toBeGreaterThan(-0.0085)
  })
})
