import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import type { Check, MarginAccount } from '@plimsoll/model'
import { formatAmount, parseAmount, toNumber } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { fixed, numberOf } from '../../adapters/src/perps/hyperliquid/fixed-point.js'
import {
  liquidationPrice,
  marginTiers,
  portfolioMarginRatio,
} from '../../adapters/src/perps/hyperliquid/margin.js'
import { EMPTY_DEX, isRecorded, meta, recordedAnswer, venueOf } from './recorded.js'
import type { Played, Venue } from './venue.js'
import { play, portfolioOf, stateOf } from './venue.js'

const off = ({ reconciliation }: MarginAccount): readonly Check[] =>
  reconciliation.checks.filter(({ residual, tolerance }) => residual > tolerance)

const checksOf = ({ result }: Played, path: string): { readonly [name: string]: Check } => {
  const account = result.accounts.find(({ id }) => id.endsWith(path))
  return Object.fromEntries(
    account?.reconciliation.checks.map((check) => [check.name, check]) ?? [],
  )
}

/** A recorded perp state, and a spot state where the recording has one. */
function recordedVenue(
  name: string,
  coins: { readonly [coin: string]: number },
  answers: { readonly [type: string]: unknown } = {},
): Venue {
  return venueOf({
    clearinghouseState: recordedAnswer(name, 'clearinghouseState'),
    allPerpMetas: [
      meta(coins, 0, [[50, { marginTiers: [{ lowerBound: '0.0', maxLeverage: 50 }] }]]),
    ],
    ...answers,
  })
}

// Skipped, and counted as skipped, where the recordings are not beside the repository.
describe.skipIf(!isRecorded)('recorded accounts', () => {
  it('meet every number of a portfolio-margin account that borrows', () => {
    const name = 'portfolio-margin-borrowing-2026-09-08'
    const played = play(
      venueOf({
        userAbstraction: 'portfolioMargin',
        spotClearinghouseState: recordedAnswer(name, 'spotClearinghouseState'),
        clearinghouseState: recordedAnswer(name, 'clearinghouseState'),
        allBorrowLendReserveStates: recordedAnswer(name, 'allBorrowLendReserveStates'),
        allPerpMetas: [recordedAnswer(name, 'meta')],
      }),
    )
    const { result } = played
    portfolioOf(result)
    expect(result.failures).toEqual([])
    expect(result.accounts.flatMap(off)).toEqual([])
    expect(result.accounts.map(({ reconciliation }) => reconciliation.status)).toEqual([
      ...Array.from({ length: 15 }, () => 'reconciled'),
      'not-reported',
    ])
    const checks = checksOf(played, '/cross/token:0')
    expect(Object.keys(checks)).toEqual(
      expect.arrayContaining([
        'availableAfterMaintenance',
        'portfolioMarginRatio',
        'crossMaintenanceMarginUsed',
        'liquidationPx:HYPE',
        'liquidationPx:ARB',
      ]),
    )
    expect(checks.portfolioMarginRatio?.residual).toBeLessThan(2e-10)
    const state = stateOf(result, '/cross/token:0')
    const evaluation = hyperliquid().modules[0]?.evaluate(state)
    expect(evaluation?.health.value).toBeCloseTo(0.95 / 0.3661023849, 8)
    expect(evaluation?.liquidatable).toBe(false)
    // 3,714.92 USDC are owed, and show as a debt.
    expect(state.account.legs.find(({ kind }) => kind === 'debt')).toMatchObject({
      amount: { raw: 371492401507n, decimals: 8 },
    })
  })

  it('meet every number of a unified account', () => {
    const name = 'unified-isolated-2026-09-22'
    const played = play(
      recordedVenue(
        name,
        { MEGA: 3 },
        {
          userAbstraction: recordedAnswer(name, 'userAbstraction'),
          spotClearinghouseState: recordedAnswer(name, 'spotClearinghouseState'),
        },
      ),
    )
    expect(played.result.accounts.flatMap(off)).toEqual([])
    const [pool, isolated] = played.result.accounts
    expect(pool?.id).toMatch(/cross\/token:0$/)
    expect(isolated?.id).toMatch(/isolated\/MEGA$/)
    expect(checksOf(played, '/cross/token:0').availableAfterMaintenance?.residual).toBe(0)
  })

  it('show an account of no stated mode as pooled when its perp margin is a hold on spot', () => {
    // 106.808942 of 289.1707113 spot USDC are held for an isolated position worth 106.720442 a
    // moment later: the recording proves that adding both would count the margin twice.
    const name = 'standard-isolated-short-2026-09-22'
    const { result } = play(
      recordedVenue(
        name,
        { HYPE: 10 },
        {
          userAbstraction: recordedAnswer(name, 'userAbstraction'),
          spotClearinghouseState: recordedAnswer(name, 'spotClearinghouseState'),
        },
      ),
    )
    const [pool, isolated] = result.accounts
    expect(pool?.rule.modes).toEqual({ account: 'unifiedAccount' })
    expect(pool?.flags.map(({ code }) => code)).toEqual(['mode-by-evidence'])
    const equity = [pool, isolated].map((account) =>
      toNumber(
        hyperliquid().modules[0]?.evaluate(stateOf(result, account?.id ?? '')).exact
          .accountValue ?? {
          raw: 0n,
          decimals: 0,
        },
      ),
    )
    expect(equity[0]).toBeCloseTo(289.1707113 - 106.720442, 9)
    expect(equity[1]).toBeCloseTo(106.720442, 9)
    // The mark moved by 0.0059 between the two answers, times 15 HYPE.
    if (pool === undefined || isolated === undefined) expect.fail('an account is missing')
    expect(off(pool).map(({ name, residual }) => [name, residual])).toEqual([
      ['availableAfterMaintenance', 0.0885],
    ])
    expect(off(isolated)).toEqual([])
  })

  it('meet the liquidation prices of two cross positions of 2024, null included', () => {
    const name = 'standard-cross-short-and-long-2024-10-10'
    const played = play(recordedVenue(name, { SOL: 50, ETH: 50 }))
    const checks = checksOf(played, '/cross/main')
    expect(played.result.accounts.flatMap(off)).toEqual([])
    expect(formatAmount(checks['liquidationPx:SOL']?.reported ?? { raw: 0n, decimals: 0 })).toBe(
      '22881.19788911',
    )
    expect(checks['liquidationPx:ETH']).toMatchObject({ residual: 0, reported: { raw: 0n } })
  })

  it('meet two longs that no price liquidates', () => {
    const name = 'standard-cross-two-longs-2024-03-05'
    const { result } = play(recordedVenue(name, { SOL: 50, ETH: 50 }))
    expect(result.accounts.flatMap(off)).toEqual([])
    expect(result.accounts).toHaveLength(1)
  })

  it('meet an isolated short beside free cross collateral', () => {
    const name = 'isolated-short-2025-10-30'
    const { result } = play(recordedVenue(name, { HYPE: 10 }))
    expect(result.accounts.map(({ id }) => id.split('/').slice(2).join('/'))).toEqual([
      'cross/main',
      'isolated/HYPE',
    ])
    expect(result.accounts.flatMap(off)).toEqual([])
  })

  it('meet an isolated long on a HIP-3 dex with its own collateral', () => {
    const name = 'hip3-flx-isolated-long-2025-11-28'
    const { result, rounds } = play(
      venueOf({
        clearinghouseState: EMPTY_DEX,
        'clearinghouseState:flx': recordedAnswer(name, 'clearinghouseState'),
        allPerpMetas: [meta({ BTC: 40 }), meta({ 'flx:CRCL': 3 }, 360)],
      }),
    )
    expect(rounds).toHaveLength(2)
    expect(result.accounts.flatMap(off)).toEqual([])
    const isolated = result.accounts.find(({ id }) => id.endsWith('isolated/flx:CRCL'))
    expect(isolated?.legs[0]?.asset).toBe('venue:hyperliquid/token:360')
    expect(isolated?.dependsOn.map(({ node }) => node)).toEqual([
      'venue:hyperliquid',
      'oracle:hyperliquid/flx',
    ])
  })

  it('do not reconcile where positions were left out, though the one kept is right', () => {
    const name = 'standard-cross-vault-2026-10-06'
    const played = play(recordedVenue(name, { SAGA: 50 }))
    const [account] = played.result.accounts
    expect(account?.reconciliation.status).toBe('unreconciled')
    const checks = checksOf(played, '/cross/main')
    expect(checks['marginUsed:SAGA']?.residual).toBeLessThan(1e-6)
    expect(checks['crossMarginSummary.totalNtlPos']?.residual).toBeGreaterThan(1e6)
  })

  it('are refused when fields are missing', () => {
    const { result } = play(
      venueOf({ clearinghouseState: recordedAnswer('negative-raw-usd', 'clearinghouseState') }),
    )
    expect(result.accounts).toEqual([])
    expect(result.failures.map(({ error }) => error)).toEqual(['SchemaError'])
    expect(result.existence[0]?.state).toBe('unknown')
  })

  it('are an account without positions with its free collateral, and a wallet of five balances', () => {
    const name = 'empty-and-spot-balances'
    const { result } = play(
      recordedVenue(
        name,
        { BTC: 40 },
        {
          spotClearinghouseState: recordedAnswer(name, 'spotClearinghouseState'),
          spotMeta: { universe: [{ name: '@107', tokens: [150, 0] }] },
          allMids: { '@107': '25.5' },
        },
      ),
    )
    const [cross, spot] = result.accounts
    expect(cross?.legs).toHaveLength(1)
    expect(spot?.legs).toHaveLength(5)
    const evaluation = hyperliquid().modules[2]?.evaluate(stateOf(result, '/spot'))
    expect(evaluation?.equity).toBeCloseTo(1.2908594 + 4.43762752 * 25.5, 9)
    expect(evaluation?.health).toMatchObject({ value: null, reason: 'no-requirement' })
  })
})

const decimal = (text: string): bigint => fixed(parseAmount(text))

describe('recorded numbers', () => {
  it('of a vault of 2026-10-06 give the liquidation price of one of its cross legs', () => {
    // thrasher-corp/gocryptotrader, MIT: account value − cross maintenance of the whole account.
    const position = {
      size: decimal('-103774.5'),
      price: decimal('0.02436'),
      leverage: 20,
      tiers: marginTiers([[0n, 50]]),
    }
    const available = decimal('3155203.7660619998') - decimal('43452.918775')
    expect(numberOf(liquidationPrice(position, available) ?? 0n)).toBeCloseTo(29.713170189, 9)
  })

  it('of an account that lends give its portfolio margin ratio', () => {
    // lifinance/perps-sdk, Apache-2.0, 2026-09-22: USDC total and what is available of it.
    const netEquity = decimal('7678466.9041772699')
    const maintenance = netEquity - decimal('6656218.5307019101')
    const ratio = portfolioMarginRatio({ netEquity, collateral: 0n, maintenance }) ?? 0n
    expect(Math.abs(numberOf(ratio) - 0.133131833)).toBeLessThan(1e-10)
  })
})
