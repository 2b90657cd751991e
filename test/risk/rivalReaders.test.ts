import { aaveV3 } from '@plimsoll/adapters/lending/aave-v3'
import { userAccountData } from '@plimsoll/adapters/lending/aave-v3/exact'
import {
  contractCall,
  createClient,
  MalformedCallAnswerError,
  readPortfolio,
} from '@plimsoll/client'
import type { MarginAccount, Portfolio } from '@plimsoll/model'
import { parseAmount, toNumber } from '@plimsoll/model'
import { assess, compile, evaluateHealth, whatIf } from '@plimsoll/risk'
import fc from 'fast-check'
import { custom, parseAbi } from 'viem'
import { describe, expect, it } from 'vitest'
import { loan, withReserves } from '../aave-v3/loan.js'
import { MODULES } from './toyModules.js'
import {
  account,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  markOf,
  NOW,
  NOW_MS,
  option,
  perp,
  portfolioOf,
} from './toyWorld.js'

// Named after the published defects of position readers and lending kits: what they got wrong has to
// be right here. Defects of venues that have no adapter have no test.
const options = { modules: MODULES, nowMs: NOW_MS }
const THRESHOLDS = {
  averaged: false,
  thresholds: {
    'collateral-weth': 8000,
    'collateral-wsteth': 8000,
    'collateral-wbtc': 7500,
    'collateral-usdc': 9000,
  },
}
const lending = (...legs: MarginAccount['legs']): Portfolio =>
  portfolioOf([account('toy/1/loan', 'toy-lending', legs, THRESHOLDS)])
const priceOfEth = (portfolio: Portfolio, id = 'toy/1/loan') =>
  assess(portfolio, options)
    .accounts.find(({ account: name }) => name === id)
    ?.liquidationPrices.find(({ ray }) => ray.kind === 'factor' && ray.factor === ETH)

describe('tensor-health-ignores-sides', () => {
  it('a hedged pair requires nothing netted, everything siloed, and is not liquidatable', () => {
    const tiers = { tiers: { 'perp-ethIndex': [[0, 500]] } }
    const portfolio = portfolioOf([
      account('toy/1/long', 'toy-perps', [perp('ethIndex', '1'), cash('-1000')], tiers),
      account('toy/1/short', 'toy-perps', [perp('ethIndex', '-1'), cash('3000')], tiers),
    ])
    const { requirement, accounts } = assess(portfolio, options)
    // The rival: Σ maintenance of both sides against one equity.
    expect(requirement).toMatchObject({ netted: 0, siloed: 2 * 0.05 * 2001.25 })
    expect(accounts.map(({ liquidatable }) => liquidatable)).toEqual([false, false])
  })
})

describe('dfs-emode-ltv-zero', () => {
  it('an LTV of 0 leaves the liquidation threshold, and so the health, alone', () => {
    const state = loan({ revision: 10, wethPriceE8: 3_000n * 10n ** 8n })
    const whole = userAccountData(state)
    const frozen = userAccountData(withReserves(state, { ltv: 0n }))
    expect(frozen.ltv).toBe(0n)
    expect(frozen.healthFactor).toBe(whole.healthFactor)
    expect(frozen.currentLiquidationThreshold).toBe(whole.currentLiquidationThreshold)
  })
})

describe('dfs-fail-open-discovery', () => {
  it('a node that fails leaves positions unknown, never absent', async () => {
    const client = createClient({
      chains: [
        {
          id: 1,
          transport: custom(
            { request: () => Promise.reject(new TypeError('connection refused')) },
            { retryCount: 0 },
          ),
        },
      ],
      adapters: [aaveV3()],
    })
    const portfolio = await readPortfolio(client, {
      owners: ['0x00000000000000000000000000000000000000aa'],
    })
    expect(portfolio.failures.length).toBeGreaterThan(0)
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['unknown'])
    const report = assess(portfolio, { modules: client.modules, nowMs: NOW_MS })
    expect(report.health).toMatchObject({ value: null, reason: 'unknown' })
  })
})

describe('dfs-stable-by-symbol', () => {
  it('any shape has its liquidation price, whatever its assets are called', () => {
    const portfolio = lending(
      collateral('wsteth', '10'),
      collateral('wbtc', '0.5'),
      debt('weth', '14'),
      debt('usdc', '12000'),
    )
    const price = priceOfEth(portfolio)
    const program = compile(portfolio, { modules: MODULES, at: NOW })
    const moves = [price?.moveBelow, price?.moveAbove].filter((move) => move !== null)
    expect(moves.length).toBe(1)
    for (const move of moves) {
      const [health] = evaluateHealth(program, { factors: { [ETH]: move ?? NaN } })
      expect(health).toBeCloseTo(1, 9)
    }
  })
})

describe('1delta-0x-is-zero', () => {
  it('an answer of no bytes is an error of the call, not a balance of 0', () => {
    const balance = contractCall({
      address: '0x00000000000000000000000000000000000000aa',
      abi: parseAbi(['function balanceOf(address) view returns (uint256)']),
      functionName: 'balanceOf',
      args: ['0x00000000000000000000000000000000000000bb'],
    })
    expect(() => balance.decode('0x')).toThrow(MalformedCallAnswerError)
    expect(balance.decode(`0x${'0'.repeat(64)}`)).toBe(0n)
  })
})

describe('1delta-outside-prices', () => {
  it("a market's price of an asset does not touch the health that its venue's oracle gives", () => {
    const portfolio = lending(collateral('weth', '10'), debt('usdc', '12000'))
    const outside = { ...markOf('weth', '900', 'market'), source: 'market' as const }
    const both = { ...portfolio, marks: [...portfolio.marks, outside] }
    const [own] = assess(portfolio, options).accounts
    const [with_] = assess(both, options).accounts
    expect(own?.health.value).toBeCloseTo((10 * 2000 * 0.8) / 12_000, 12)
    expect(with_?.health).toEqual(own?.health)
    expect(with_?.liquidatable).toBe(false)
  })
})

describe('price-over-hf', () => {
  it('is not price ÷ health where the debt moves with the collateral', () => {
    const loop = lending(collateral('wsteth', '10'), debt('weth', '8.5'))
    const [judged] = assess(loop, options).accounts
    const naive = 2000 / (judged?.health.value ?? NaN)
    const price = priceOfEth(loop)
    // Both sides move with ETH: no price of it liquidates, and the rival names one.
    expect(naive).toBeGreaterThan(0)
    expect(price).toBeUndefined()
  })

  it('is above the price for a net short, where price ÷ health is below it', () => {
    const short = lending(collateral('usdc', '30000'), collateral('weth', '1'), debt('weth', '12'))
    const [judged] = assess(short, options).accounts
    expect(2000 / (judged?.health.value ?? NaN)).toBeLessThan(2000)
    const price = priceOfEth(short)
    expect(price?.below).toBeNull()
    // 27,000 + 0.8·p = 12·p
    expect(price?.above).toBeCloseTo(27_000 / 11.2, 6)
  })
})

describe('one-position-view', () => {
  it("the other position's maintenance brings the liquidation price nearer", () => {
    const tiers = { tiers: { 'perp-ethIndex': [[0, 500]], 'perp-btcIndex': [[0, 500]] } }
    const cross = (...legs: MarginAccount['legs']) =>
      portfolioOf([account('toy/1/cross', 'toy-perps', legs, tiers)])
    const alone = cross(perp('ethIndex', '10'), cash('-17000'))
    // 0.3 BTC of 60,010 bought with as much quote: no equity of its own, but maintenance.
    const together = cross(perp('ethIndex', '10'), perp('btcIndex', '0.3'), cash('-35003'))
    const one = priceOfEth(alone, 'toy/1/cross')?.below ?? NaN
    const both = priceOfEth(together, 'toy/1/cross')?.below ?? NaN
    expect(one).toBeCloseTo(17_000 / 9.5, 6)
    expect(both).toBeCloseTo((17_000 + 0.05 * 18_003) / 9.5, 6)
    expect(2001.25 - both).toBeLessThan(0.6 * (2001.25 - one))
  })
})

describe('units-blow-up', () => {
  it('the same amounts in any decimals give the same report', () => {
    const decimals = fc.integer({ min: 2, max: 30 })
    fc.assert(
      fc.property(decimals, decimals, decimals, (first, second, third) => {
        const rescaled = (raw: bigint, digits: number) => ({
          raw: raw * 10n ** BigInt(digits - 2),
          decimals: digits,
        })
        const weth = collateral('weth', '10')
        const usdc = debt('usdc', '12000')
        if (weth.kind !== 'collateral' || usdc.kind !== 'debt') expect.fail('not a loan')
        const portfolio = lending(
          { ...weth, amount: rescaled(1000n, first) },
          { ...usdc, amount: rescaled(1_200_000n, second) },
        )
        const marks = portfolio.marks.map((mark) =>
          mark.id === weth.mark ? { ...mark, mid: rescaled(200_000n, Math.min(third, 6)) } : mark,
        )
        const report = assess({ ...portfolio, marks }, options)
        expect(report.equity).toBe(8000)
        expect(report.health).toEqual({ value: toNumber(parseAmount('1.333333333333333333')) })
      }),
      { numRuns: 60 },
    )
  })
})

describe('stale-price-used', () => {
  it('a mark older than its limit makes the health unknown, however good it looks', () => {
    const portfolio = lending(collateral('weth', '10'), debt('usdc', '100'))
    const aged = (ageMs: number): Portfolio => ({
      ...portfolio,
      marks: portfolio.marks.map((mark) => ({
        ...mark,
        timeMs: NOW_MS - ageMs,
        stalenessLimitMs: 3_600_000,
      })),
    })
    expect(assess(aged(3_600_000), options).health.value).toBeCloseTo(160, 9)
    const stale = assess(aged(3_600_001), options)
    expect(stale.health).toMatchObject({ value: null, reason: 'unknown' })
    expect(stale.accounts[0]?.liquidatable).toBeNull()
    expect(stale.quality.some(({ code }) => code === 'stale')).toBe(true)
  })
})

describe('no-alarm-when-not-liquidatable', () => {
  it('what owes nothing has no health, no liquidation price and no alarm in any fall', () => {
    const portfolio = lending(collateral('weth', '10'))
    const { health, accounts } = assess(portfolio, options)
    expect(health).toMatchObject({ value: null, reason: 'no-requirement' })
    expect(accounts[0]).toMatchObject({ liquidatable: false, liquidationPrices: [] })
    const fallen = whatIf(portfolio, { factors: { [ETH]: -0.99 } }, options)
    expect(fallen.accounts[0]).toMatchObject({ liquidatable: false })
  })

  it('"none" is not 0: null with a reason, never a number', () => {
    const [judged] = assess(lending(collateral('weth', '10')), options).accounts
    expect(judged?.health.value).toBeNull()
    expect(judged?.health).toHaveProperty('reason', 'no-requirement')
  })
})

describe('cross-market options at mark', () => {
  it('equity holds an option at its value today, not at the premium that was paid', () => {
    const portfolio = portfolioOf([
      account('toy/1/o', 'toy-perps', [option({ size: parseAmount('1') })]),
    ])
    const up = whatIf(portfolio, { factors: { [ETH]: 0.1, [BTC]: 0 } }, options)
    expect(up.equity).toBeGreaterThan(up.equityBefore ?? NaN)
  })
})
