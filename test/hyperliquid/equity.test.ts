import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import { parsePortfolio, serializePortfolio } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MadeAccount, MadeDex, MadeMode } from './madeUp.js'
import { madeUpVenue, venueTotal } from './madeUp.js'
import { play, portfolioOf, stateOf } from './venue.js'

const MODES: readonly MadeMode[] = [
  'default',
  'disabled',
  'dexAbstraction',
  'unifiedAccount',
  'portfolioMargin',
]

function positions(prefix: string, isCrossAllowed: boolean) {
  return fc.uniqueArray(
    fc.record({
      coin: fc.constantFrom('ETH', 'SOL', 'DOGE', 'NVDA').map((coin) => `${prefix}${coin}`),
      size: fc.integer({ min: -100_000, max: 100_000 }).filter((size) => size !== 0),
      price: fc.integer({ min: 1, max: 500_000 }),
      maxLeverage: fc.constantFrom(3, 5, 10, 25, 40),
      leverage: fc.integer({ min: 1, max: 3 }),
      isolated: isCrossAllowed
        ? fc.option(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }))
        : fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
    }),
    { selector: ({ coin }) => coin, maxLength: 4 },
  )
}

function dex(name: string, collateralToken: number, mode: MadeMode): fc.Arbitrary<MadeDex> {
  return fc.record({
    name: fc.constant(name),
    collateralToken: fc.constant(collateralToken),
    rawUsd: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
    positions: positions(
      name === '' ? '' : `${name}:`,
      !(mode === 'portfolioMargin' && collateralToken !== 0),
    ),
  })
}

/** Main dex, a HIP-3 dex of the same collateral, and one of another. */
function account(mode: MadeMode): fc.Arbitrary<MadeAccount> {
  return fc.record({
    mode: fc.constant(mode),
    dexes: fc.tuple(dex('', 0, mode), dex('xyz', 0, mode), dex('flx', 360, mode)),
    spot: fc.record({
      0: fc.integer({ min: 0, max: 1_000_000_000_000 }),
      360: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    }),
  })
}

// Named after published defects: stablecoins summed twice, other dexes' maintenance ignored.
describe.each(MODES)('hl-modes: an account in mode %s', (mode) => {
  it('has its equity counted once, over main and HIP-3 dexes, and meets every number of the venue', () => {
    fc.assert(
      fc.property(account(mode), (made) => {
        const { result } = play(madeUpVenue(made))
        expect(result.failures).toEqual([])
        const portfolio = portfolioOf(result)
        const text = serializePortfolio(portfolio)
        expect(serializePortfolio(parsePortfolio(text))).toBe(text)
        const modules = new Map(hyperliquid().modules.map((module) => [module.tag, module]))
        let equity = 0n
        for (const { id, rule, reconciliation } of result.accounts) {
          const off = reconciliation.checks.filter(
            ({ residual, tolerance }) => residual > tolerance,
          )
          expect(off).toEqual([])
          const exact = modules.get(rule.tag)?.evaluate(stateOf(result, id)).exact.accountValue
          if (exact === undefined) expect.fail(`${id} has no account value`)
          equity += (exact.raw * 10n ** 36n) / 10n ** BigInt(exact.decimals)
        }
        const micro = 10n ** 30n
        // Spot totals are in 1e-8, so half a micro may be cut off.
        expect(Math.abs(Number(equity - venueTotal(made) * micro)) / 1e36).toBeLessThan(1.01e-6)
      }),
      { numRuns: process.env.PLIMSOLL_DEEP === '1' ? 2000 : 60 },
    )
  })
})
