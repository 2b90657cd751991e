import type { Asset, Leg, MarketState } from '@plimsoll/model'
import { assetId, factorId, markId, parseAmount, unlistedAsset } from '@plimsoll/model'
import { compareMargin, MarginSystemError } from '@plimsoll/risk/compare'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { unifiedMargin, unifiedSystem } from '@plimsoll/risk/unified'
import { describe, expect, it } from 'vitest'
import {
  ASSETS,
  asset,
  cash,
  collateral,
  debt,
  mark,
  markOf,
  NOW_MS,
  option,
  PEG_STAKED,
  perp,
} from './toyWorld.js'
import { asked, held, MARKET, RANGE } from './unifiedWorld.js'

const SPOT = 2001.25
const codes = ({ flags }: ReturnType<typeof asked>) => flags.map(({ code }) => code)

describe('what is not known', () => {
  const TOKEN = assetId('venue:toy/asset:token')
  const token: Asset = unlistedAsset({ id: TOKEN, symbol: 'TKN', decimals: 18 })
  const tokenMark = { ...markOf('weth', '10'), id: markId('toy/1/token'), asset: TOKEN }
  const holding = (kind: 'collateral' | 'debt', amount: string): Leg => ({
    ...collateral('weth', amount),
    ...(kind === 'debt' ? debt('weth', amount) : {}),
    id: `token-${kind}`,
    asset: TOKEN,
    mark: tokenMark.id,
  })
  const withToken = (...legs: readonly Leg[]) => ({
    ...held(...legs),
    assets: [...ASSETS, token],
    marks: [...held().marks, tokenMark],
  })

  it('is never a hedge: an unlisted asset adds its own loss in full', () => {
    const plain = asked(held(perp('ethIndex', '10'))).maintenance ?? NaN
    const range = Math.ceil((2.823871 * 2.25) / Math.sqrt(365) / 0.0025) * 0.0025
    for (const kind of ['collateral', 'debt'] as const) {
      const alone = 1000 * (kind === 'debt' ? Math.exp(range) - 1 : 1 - Math.exp(-range))
      const both = asked(withToken(perp('ethIndex', '10'), holding(kind, '100')))
      expect(both.maintenance).toBeCloseTo(plain + alone, 6)
      expect(codes(both)).toContain('unlisted-factor')
    }
  })

  it('is its own factor where the portfolio has no entry for the asset', () => {
    const missing = { ...withToken(holding('collateral', '100')), assets: ASSETS }
    expect(asked(missing).maintenance).toBe(
      asked(withToken(holding('collateral', '100'))).maintenance,
    )
  })

  it('makes the margins null when the market state has expired, and says so', () => {
    const position = held(perp('ethIndex', '10'))
    const late = asked(position, {}, { ...MARKET, expiresAtMs: NOW_MS })
    expect(late).toMatchObject({ maintenance: null, initial: null, excess: null })
    expect(codes(late)).toContain('expired-market')
    const inTime = asked(position, {}, { ...MARKET, expiresAtMs: NOW_MS + 1 })
    expect(inTime.maintenance).toBeGreaterThan(0)
    expect(codes(inTime)).not.toContain('expired-market')
    const [row] = compareMargin(position, {
      systems: [unifiedSystem(MARKET)],
      nowMs: MARKET.expiresAtMs,
    }).systems
    expect(row).toMatchObject({ ok: false, error: expect.any(MarginSystemError) as unknown })
  })

  it('makes them null when something was not read, or a mark is stale', () => {
    const position = held(perp('ethIndex', '10'))
    const failure = {
      adapter: 'toy',
      chain: 1,
      owner: null,
      error: 'TimeoutError',
      message: 'Late.',
    }
    const unread = asked({ ...position, failures: [failure] })
    expect(unread).toMatchObject({ maintenance: null, initial: null, excess: null })
    expect(unread.quality).toMatchObject([{ code: 'unread', severity: 'unknown' }])
    const stale = {
      ...position,
      marks: position.marks.map((each) => ({ ...each, timeMs: 0, stalenessLimitMs: 1000 })),
    }
    expect(asked(stale).maintenance).toBeNull()
    expect(asked(position).quality).toEqual([])
  })

  it('makes them null when a sold option cannot be repriced; a bought one counts for nothing', () => {
    const sold = asked(held(option({ impliedVolatility: null, price: parseAmount('100') })))
    expect(sold).toMatchObject({ maintenance: null, unplaced: [{ leg: 'toy/1/a#option' }] })
    const bought = option({
      impliedVolatility: null,
      price: parseAmount('100'),
      size: parseAmount('3'),
    })
    const { equity, maintenance } = asked(held(bought, cash('50')))
    expect(equity).toBe(50)
    expect(maintenance).toBeCloseTo(5, 12)
  })

  it.each([
    ['pool', /one for one with a single spot factor/],
    ['wsteth', /one for one with a single spot factor/],
    ['usdc', /moves with peg:USDC\/USD, which is no spot factor/],
  ] as const)('makes them null for a sold option on %s', (name, message) => {
    const sold = asked(held(option({ asset: asset(name), mark: mark(name) })))
    expect(sold).toMatchObject({ maintenance: null, unplaced: [{ leg: 'toy/1/a#option' }] })
    expect(sold.unplaced[0]?.message).toMatch(message)
  })

  it('makes them null for a sold option on half a factor, and for one without a forward', () => {
    const halved = ASSETS.map((each) => ({
      ...each,
      exposures: each.exposures.map((exposure) => ({ ...exposure, elasticity: 0.5 })),
    }))
    const on = held(option())
    expect(asked({ ...on, assets: halved }).unplaced[0]?.message).toMatch(/one for one/)
    const still = option({ forward: null, mark: null, price: parseAmount('9') })
    expect(asked(held(still)).unplaced[0]?.message).toMatch(/no forward or index/)
    expect(asked(held(option({ forward: null }))).unplaced).toEqual([])
  })

  it('counts what moves with a factor without a stress for nothing, and does not lend on it', () => {
    const moved = ASSETS.map((each) => ({
      ...each,
      exposures: [{ factor: factorId('rate:USD'), elasticity: 1 }],
    }))
    const owned = asked({ ...held(collateral('weth', '3')), assets: moved })
    expect(owned).toMatchObject({ equity: 0, maintenance: 0, collateral: [] })
    expect(owned.unplaced[0]?.message).toMatch(/rate:USD, for which there is no stress/)
    const owed = asked({ ...held(debt('weth', '3')), assets: moved })
    expect(owed).toMatchObject({ equity: -6000, maintenance: null })
  })

  it('makes equity null when a debt has no price', () => {
    const unpriced = asked(held({ ...debt('weth', '1'), mark: null }))
    expect(unpriced).toMatchObject({ equity: null, maintenance: null, excess: null })
  })

  it('adds losses in full where no correlation was measured', () => {
    const pair = held(perp('ethIndex', '10'), perp('btcIndex', '-1'))
    const unmeasured = asked(pair, {}, { ...MARKET, correlations: [] })
    const a = 10 * SPOT * (1 - Math.exp(-RANGE.eth))
    const b = 60_010 * (Math.exp(RANGE.btc) - 1)
    expect(unmeasured.maintenance).toBeCloseTo(a + b, 7)
    expect(codes(unmeasured)).toContain('unmeasured-correlation')
  })

  it('says where every number comes from and how old it is', () => {
    const { parts, flags } = unifiedMargin(held(perp('ethIndex', '1')), DEFAULT_MARKET_STATE, {
      nowMs: DEFAULT_MARKET_STATE.asOfMs + 3 * 86_400_000,
    })
    expect(parts.underlyings[0]?.used).toMatchObject({
      isDefault: false,
      provenance: { source: /Daily closes/, observed: { fromMs: Date.UTC(2017, 10, 10) } },
      ageMs: DEFAULT_MARKET_STATE.asOfMs + 3 * 86_400_000 - Date.UTC(2026, 2, 15),
    })
    expect(flags.map(({ message }) => message).join()).toMatch(
      /3 days old, not from today's market/,
    )
  })
})

describe('pegs', () => {
  const loop = held(collateral('wsteth', '100'), debt('weth', '118'))

  it('do not make a pegged loop riskless, though spot nets out', () => {
    const { parts, maintenance, equity } = asked(loop)
    const leftOver = 100 * 2400.5 - 118 * 2000
    expect(equity).toBeCloseTo(leftOver, 6)
    expect(parts.spot).toBeCloseTo(leftOver * (1 - Math.exp(-RANGE.eth)), 6)
    expect(parts.peg).toBeCloseTo(100 * 2400.5 * 0.15, 6)
    expect(parts.pegs).toMatchObject([{ factor: PEG_STAKED, direction: 'fall', move: -0.15 }])
    expect(maintenance).toBeCloseTo(parts.spot + parts.peg, 9)
    expect(maintenance).toBeGreaterThan(equity ?? NaN)
  })

  it('stay as they are when volatility goes to 0', () => {
    const still: MarketState = {
      ...MARKET,
      volatilities: MARKET.volatilities.map((row) => ({ ...row, volatility: 0, stressed: 0 })),
    }
    expect(asked(loop, {}, still).parts.peg).toBe(asked(loop).parts.peg)
  })

  it('count what a perp was paid with together with the perp', () => {
    const position = held(perp('ethIndex', '10'), cash('-15000'))
    expect(asked(position).parts.peg).toBeCloseTo(0.1 * (10 * SPOT - 15_000), 8)
    const short = held(perp('ethIndex', '-10'), cash('25000'))
    expect(asked(short).parts.peg).toBeCloseTo(0.1 * (25_000 - 10 * SPOT), 8)
  })

  it('give no relief for cash that is owed among several cash assets', () => {
    const legs = [perp('ethIndex', '10'), cash('-15000'), cash('4', 'weth')]
    expect(asked(held(...legs)).parts.peg).toBe(0)
    expect(asked(held(...legs, collateral('usdc', '1000'))).parts.peg).toBeCloseTo(100, 9)
  })

  it('net what is owed against what is held of one peg, and charge a rise of what is owed', () => {
    expect(asked(held(collateral('usdc', '1000'), debt('usdc', '400'))).parts.peg).toBeCloseTo(
      60,
      9,
    )
    expect(asked(held(debt('usdc', '400'))).parts).toMatchObject({
      peg: expect.closeTo(8, 9) as number,
      pegs: [{ direction: 'rise', move: 0.02 }],
    })
  })
})
