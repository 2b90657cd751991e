import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import { describe, it } from 'vitest'
import { isRecorded, meta, recordedAnswer, venueOf } from './recorded.js'
import { play, portfolioOf } from './venue.js'

describe.skipIf(!isRecorded)('x', () => {
  for (const [name, coins, mode] of [
    ['standard-cross-vault-2026-10-06', { SAGA: 50 }, 'default'],
    ['standard-cross-short-and-long-2024-10-10', { SOL: 50, ETH: 50 }, 'default'],
    ['standard-cross-two-longs-2024-03-05', { SOL: 50, ETH: 50 }, 'default'],
    ['isolated-short-2025-10-30', { HYPE: 10 }, 'default'],
    ['standard-isolated-short-2026-09-22', { HYPE: 10 }, null],
    ['unified-isolated-2026-09-22', { MEGA: 3 }, 'unifiedAccount'],
  ] as const)
    it('prints' + name, () => {
      let spot: unknown = { balances: [] }
      try {
        spot = recordedAnswer(name, 'spotClearinghouseState')
      } catch {}
      const { result } = play(
        hyperliquid(),
        venueOf({
          userAbstraction: mode,
          spotClearinghouseState: spot,
          clearinghouseState: recordedAnswer(name, 'clearinghouseState'),
          allPerpMetas: [meta(coins)],
        }),
      )
      console.log(name, result.failures, result.existence)
      for (const a of result.accounts) {
        console.log(a.id, a.reconciliation.status)
        for (const c of a.reconciliation.checks)
          if (c.residual > c.tolerance || c.name.includes('liq'))
            console.log(c.name, c.residual, c.tolerance)
      }
      portfolioOf(result)
    })
})
