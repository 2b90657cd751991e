import type {
  Evaluation,
  MarginAccount,
  Portfolio,
  QualityFlag,
  VenueModule,
} from '@plimsoll/model'
import { parseAmount, UNLISTED, unlistedAsset } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { lending, MODULES, perps, wallet } from '../../../../test/risk/toyModules.js'
import {
  ASSETS,
  account,
  asset,
  cash,
  collateral,
  debt,
  mark,
  NOW,
  NOW_MS,
  OWNER,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { assess } from './assess.js'
import type { AssessOptions } from './options.js'

const loan = (id = 'toy/1/loan', owed = '10000', changes: Partial<MarginAccount> = {}) =>
  account(
    id,
    'toy-lending',
    [collateral('weth', '10'), debt('usdc', owed)],
    { averaged: false, thresholds: { 'collateral-weth': 8000 } },
    changes,
  )
const short = account('toy/1/short', 'toy-perps', [perp('ethIndex', '-8'), cash('18000')], {
  tiers: { 'perp-ethIndex': [[0, 500]] },
})

const report = (portfolio: Portfolio, options: Partial<AssessOptions> = {}) =>
  assess(portfolio, { modules: MODULES, nowMs: NOW_MS, ...options })

const codes = (flags: readonly QualityFlag[]) =>
  flags.map(({ code, severity, account: id }) => [code, severity, id].join(' '))

describe('assess, quality', () => {
  const flagsOf = (changes: Partial<Portfolio>, options: Partial<AssessOptions> = {}) =>
    codes(report(portfolioOf([loan()], changes), options).quality)
  const flagsOfAccount = (changes: Partial<MarginAccount>, options: Partial<AssessOptions> = {}) =>
    codes(report(portfolioOf([loan('toy/1/loan', '10000', changes)]), options).quality)

  it('flags a failed read, and claims no total', () => {
    const failures = [
      { adapter: 'toy', chain: 1, owner: OWNER, error: 'HttpError', message: 'HTTP 500.' },
      { adapter: 'more', chain: null, owner: null, error: 'TimeoutError', message: 'No answer.' },
    ]
    const result = report(portfolioOf([loan()], { failures }))
    expect(codes(result.quality)).toEqual(['unread unknown ', 'unread unknown '])
    expect(result.quality.map(({ message }) => message)).toEqual([
      'more: TimeoutError: No answer.',
      `toy on chain 1 for ${OWNER}: HttpError: HTTP 500.`,
    ])
    expect(result).toMatchObject({
      equity: null,
      grossAssets: null,
      debt: null,
      notional: null,
      requirement: null,
      weakest: null,
      healthUpperBound: 1.6,
      health: { value: null, reason: 'unknown' },
    })
    expect(result.health).toMatchObject({ message: 'more: TimeoutError: No answer. (and 1 more)' })
    expect(result.failures.map(({ adapter }) => adapter)).toEqual(['more', 'toy'])
    expect(result.accounts[0]?.health).toEqual({ value: 1.6 })
  })

  it('flags existence that is unknown or was known too long ago', () => {
    const existence = (state: 'has' | 'none' | 'unknown', validForMs: number) => ({
      existence: [
        {
          adapter: 'toy',
          chain: 1,
          owner: OWNER,
          state,
          asOf: state === 'unknown' ? null : ({ kind: 'time', timeMs: NOW_MS - 1000 } as const),
          validForMs,
        },
      ],
    })
    expect(flagsOf(existence('unknown', 1e9))).toEqual(['unread unknown '])
    expect(flagsOf(existence('none', 1000))).toEqual([])
    expect(flagsOf(existence('none', 999))).toEqual(['stale unknown '])
    expect(flagsOf(existence('has', 999))).toEqual(['stale unknown '])
  })

  it('flags a skew above the limit', () => {
    expect(flagsOf({ skewMs: 120_000 })).toEqual([])
    expect(flagsOf({ skewMs: 120_001 })).toEqual(['skew warning '])
    expect(flagsOf({ skewMs: 11 }, { maxSkewMs: 10 })).toEqual(['skew warning '])
  })

  it('flags marks that are stale, and only those in use', () => {
    const aged = (
      name: 'weth' | 'wbtc',
      timeMs: number | null,
      stalenessLimitMs: number | null,
    ) => ({
      marks: portfolioOf([]).marks.map((item) =>
        item.id === mark(name) ? { ...item, timeMs, stalenessLimitMs } : item,
      ),
    })
    expect(flagsOf(aged('weth', NOW_MS - 500, 500))).toEqual([])
    expect(flagsOf(aged('weth', NOW_MS - 501, 500))).toEqual(['stale unknown toy/1/loan'])
    expect(flagsOf(aged('weth', null, 500))).toEqual(['stale unknown toy/1/loan'])
    expect(flagsOf(aged('weth', null, null))).toEqual([])
    expect(flagsOf(aged('wbtc', NOW_MS - 501, 500))).toEqual([])
    const result = report(portfolioOf([loan()], aged('weth', NOW_MS - 501, 500)))
    expect(result.accounts[0]).toMatchObject({
      health: { value: null, reason: 'unknown' },
      liquidatable: null,
      liquidationPrices: [],
      equity: 10_000,
    })
    expect(result.healthUpperBound).toBeNull()
    expect(result.equity).toBe(10_000)
  })

  it('flags a stale forward of an option', () => {
    const option = account('toy/1/option', 'toy-wallet', [
      {
        kind: 'option',
        id: 'call',
        asset: asset('weth'),
        mark: mark('weth'),
        right: 'call',
        size: parseAmount('1'),
        strike: parseAmount('2000'),
        expiry: NOW + 86_400,
        forward: mark('ethIndex'),
        impliedVolatility: 0.5,
        price: parseAmount('30'),
      },
    ])
    const marks = portfolioOf([]).marks.map((item) =>
      item.id === mark('ethIndex') ? { ...item, timeMs: NOW_MS - 2, stalenessLimitMs: 1 } : item,
    )
    expect(codes(report(portfolioOf([option], { marks })).quality)).toContain(
      'stale unknown toy/1/option',
    )
  })

  it("flags an account read long ago or after the report's instant", () => {
    const readAt = (timeMs: number) => ({ asOf: { kind: 'time', timeMs } as const })
    expect(flagsOfAccount(readAt(NOW_MS - 3_600_000))).toEqual([])
    expect(flagsOfAccount(readAt(NOW_MS - 3_600_001))).toEqual(['stale warning toy/1/loan'])
    expect(flagsOfAccount(readAt(NOW_MS - 11), { maxAgeMs: 10 })).toEqual([
      'stale warning toy/1/loan',
    ])
    expect(flagsOfAccount(readAt(NOW_MS + 1))).toEqual(['time-mismatch warning toy/1/loan'])
  })

  it('flags an account whose own numbers the venue contradicts', () => {
    const check = (name: string, residual: number) => ({
      name,
      reported: parseAmount('2'),
      recomputed: parseAmount('1'),
      residual,
      tolerance: 0.5,
    })
    const reconciliation = {
      status: 'unreconciled',
      formulaVersion: 'toy/1',
      checks: [check('margin', 1), check('equity', 0.5)],
    } as const
    const result = report(portfolioOf([loan('toy/1/loan', '10000', { reconciliation })]))
    expect(codes(result.quality)).toEqual(['unreconciled unknown toy/1/loan'])
    expect(result.quality[0]?.message).toContain('(margin by 1)')
    expect(result.accounts[0]?.health.value).toBeNull()
    expect(flagsOfAccount({ reconciliation: { ...reconciliation, status: 'reconciled' } })).toEqual(
      [],
    )
  })

  it('flags a rule that is modelled only', () => {
    expect(flagsOfAccount({ fidelity: { grade: 'modelled' } })).toEqual([
      'modelled warning toy/1/loan',
    ])
    expect(flagsOfAccount({ fidelity: { grade: 'verified', cases: 3 } })).toEqual([])
  })

  it('flags assets that no registry knows, where they are held', () => {
    const assets = ASSETS.map((item) =>
      item.id === asset('weth') || item.id === asset('wbtc')
        ? unlistedAsset({ id: item.id, symbol: item.symbol, decimals: 18 })
        : item,
    )
    expect(assets.some(({ source }) => source === UNLISTED)).toBe(true)
    expect(flagsOf({ assets })).toEqual(['unlisted-asset warning toy/1/loan'])
  })

  it('flags an owner of whom nothing is said', () => {
    const result = report(portfolioOf([], { existence: [] }))
    expect(codes(result.quality)).toEqual(['unread unknown '])
    expect(result.health.value).toBeNull()
    expect(result.equity).toBeNull()
  })

  it('flags what has no price: owned counts for nothing, owed is unknown', () => {
    const owned = account('toy/1/wallet', 'given', [
      { ...collateral('weth', '2'), mark: mark('weth', 'gone') },
      collateral('usdc', '5000'),
    ])
    const given: VenueModule = {
      ...wallet,
      tag: 'given',
      evaluate: (state) => ({
        ...wallet.evaluate({ ...state, account: { ...state.account, legs: [] } }),
      }),
    }
    const result = report(portfolioOf([owned]), { modules: [given] })
    expect(codes(result.quality)).toEqual(['unpriced warning toy/1/wallet'])
    expect(result.equity).toBe(5000)
    const owing = { ...owned, legs: [...owned.legs, { ...debt('wbtc', '1'), mark: null }] }
    const unknown = report(portfolioOf([owing]), { modules: [given] })
    expect(codes(unknown.quality)).toEqual([
      'unpriced unknown toy/1/wallet',
      'unpriced warning toy/1/wallet',
    ])
    expect(unknown.equity).toBeNull()
    expect(unknown.accounts[0]?.health.value).toBeNull()
  })

  it('flags a rule that nobody interprets, and tells equity by the legs', () => {
    const unknown = { ...loan(), rule: { ...loan().rule, tag: 'nobody' } }
    const result = report(portfolioOf([unknown, short]))
    expect(codes(result.quality)).toEqual(['unknown-rule unknown toy/1/loan'])
    expect(result.accounts[0]).toMatchObject({
      equity: 10_000,
      maintenanceMargin: null,
      health: { value: null, reason: 'unknown' },
      liquidatable: null,
    })
    expect(result.healthUpperBound).toBeCloseTo(1990 / 800.5, 12)
  })

  it('flags health that the module cannot know: errors, flags, verdicts, numbers', () => {
    const evaluating = (changes: Partial<Evaluation>): readonly VenueModule[] => [
      { ...lending, evaluate: (state) => ({ ...lending.evaluate(state), ...changes }) },
    ]
    const flags = (changes: Partial<Evaluation>) =>
      codes(report(portfolioOf([loan()]), { modules: evaluating(changes) }).quality)
    const expected = ['unknown-health unknown toy/1/loan']
    expect(flags({ health: { value: null, reason: 'unknown', message: 'No oracle.' } })).toEqual(
      expected,
    )
    expect(flags({ liquidatable: null })).toEqual(expected)
    expect(flags({ flags: [{ code: 'x', severity: 'unknown', message: 'Odd.' }] })).toEqual(
      expected,
    )
    expect(flags({ flags: [{ code: 'x', severity: 'warning', message: 'Mind.' }] })).toEqual([])
    expect(flags({ health: { value: NaN } })).toEqual(expected)
    expect(flags({ equity: Infinity })).toEqual(expected)
    expect(flags({ maintenanceMargin: NaN })).toEqual(expected)
    expect(flags({ excess: NaN })).toEqual(expected)
    expect(flags({ initialMargin: NaN })).toEqual(expected)
    expect(flagsOfAccount({ rule: { ...loan().rule, parameters: {} } })).toEqual(expected)
  })

  it('carries the flags of the account and of its module, once each, in order', () => {
    const flag = (code: string) => ({ code, severity: 'note', message: code }) as const
    const module = {
      ...lending,
      evaluate: (state: Parameters<typeof lending.evaluate>[0]) => ({
        ...lending.evaluate(state),
        flags: [flag('b'), flag('a')],
      }),
    }
    const result = report(
      portfolioOf([loan('toy/1/loan', '1', { flags: [flag('c'), flag('a')] })]),
      { modules: [module] },
    )
    expect(result.accounts[0]?.flags.map(({ code }) => code)).toEqual(['a', 'b', 'c'])
  })

  it('derives nothing from a compiled health that is not the exact one', () => {
    const off = (factor: number): VenueModule => ({
      ...lending,
      evaluate: (state) => {
        const evaluation = lending.evaluate(state)
        return { ...evaluation, health: { value: (evaluation.health.value ?? 0) * factor } }
      },
    })
    const result = report(portfolioOf([loan()]), { modules: [off(1.001)] })
    expect(result.accounts[0]?.liquidationPrices).toEqual([])
    expect(result.accounts[0]?.flags.map(({ code }) => code)).toEqual(['compiled-differs'])
    expect(result.health.value).toBeCloseTo(1.6016, 12)
    const near = report(portfolioOf([loan()]), { modules: [off(1 + 1e-11)] })
    expect(near.accounts[0]?.flags).toEqual([])
    const uncompiled: VenueModule = { ...lending, compile: perps.compile }
    const other = report(portfolioOf([loan()]), {
      modules: [
        { ...uncompiled, compile: (state) => ({ ...lending.compile(state), errorBound: NaN }) },
      ],
    })
    expect(other.accounts[0]?.flags.map(({ code }) => code)).toEqual(['not-compiled'])
    expect(other.accounts[0]?.health).toEqual({ value: 1.6 })
  })

  it('gives no money of an account that counts in another unit', () => {
    const foreign = loan('toy/1/eur', '10000', { rule: { ...loan().rule, numeraire: 'EUR' } })
    const result = report(portfolioOf([short, foreign]))
    expect(result.accounts[0]).toMatchObject({
      maintenanceMargin: null,
      excess: null,
      health: { value: 1.6 },
    })
  })

  it('accrues to the instant of the report', () => {
    const instants: number[] = []
    const spy: VenueModule = {
      ...lending,
      evaluate: (state) => {
        instants.push(state.at)
        return lending.evaluate(state)
      },
    }
    report(portfolioOf([loan()]), { modules: [spy], nowMs: NOW_MS + 5999 })
    expect(instants).toEqual([NOW + 5])
  })
})
