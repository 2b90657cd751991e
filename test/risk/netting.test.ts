import type { MarginAccount } from '@plimsoll/model'
import { compile, requirement, worldToday } from '@plimsoll/risk'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { portfolios, RUNS } from './arbitraries.js'
import { MODULES } from './toyModules.js'
import { account, NOW, perp, portfolioOf } from './toyWorld.js'

describe('netted requirement', () => {
  const requirementOf = (accounts: readonly MarginAccount[]) => {
    const portfolio = portfolioOf(accounts)
    return requirement(
      portfolio,
      compile(portfolio, { modules: MODULES, at: NOW }),
      worldToday(portfolio, NOW, 'USD'),
    )
  }

  it('is at most the siloed one', () => {
    fc.assert(
      fc.property(portfolios, ({ accounts }) => {
        const result = requirementOf(accounts)
        expect(result?.netted).toBeLessThanOrEqual((result?.siloed ?? NaN) * (1 + 1e-15))
        expect(result?.netted).toBeGreaterThanOrEqual(0)
        expect(result?.notGranted).toBeCloseTo((result?.siloed ?? NaN) - (result?.netted ?? NaN), 9)
      }),
      { numRuns: RUNS },
    )
  })

  it('tensor-unweighted-netting: a negligible hedged pair changes it by no more than its size', () => {
    const tiers = { 'perp-ethIndex': [[0, 500]], 'perp-btcIndex': [[0, 500]] }
    fc.assert(
      fc.property(portfolios, fc.integer({ min: 1, max: 1000 }), ({ accounts }, millionths) => {
        const size = `0.${String(millionths).padStart(6, '0')}`
        const before = requirementOf(accounts)
        const after = requirementOf([
          ...accounts,
          account('toy/2/pair-a', 'toy-perps', [perp('btcIndex', size)], { tiers }),
          account('toy/2/pair-b', 'toy-perps', [perp('btcIndex', `-${size}`)], { tiers }),
        ])
        const pair = 2 * Number(size) * 60_010
        for (const kind of ['siloed', 'netted'] as const) {
          expect(Math.abs((after?.[kind] ?? NaN) - (before?.[kind] ?? NaN))).toBeLessThanOrEqual(
            pair * (1 + 1e-9),
          )
        }
      }),
      { numRuns: RUNS },
    )
  })
})
