import type { MarginAccount, Portfolio, QualityFlag } from '@plimsoll/model'
import { toCanonicalJson } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { MODULES, wallet } from '../../../../test/risk/toyModules.js'
import {
  account,
  asset,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  mark,
  markOf,
  NOW_MS,
  OWNER,
  PEG_USDC,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { CompileError, ScenarioError } from '../errors.js'
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
const holdings = account('toy/1/wallet', 'toy-wallet', [collateral('weth', '0.2')])

const report = (portfolio: Portfolio, options: Partial<AssessOptions> = {}) =>
  assess(portfolio, { modules: MODULES, nowMs: NOW_MS, ...options })

const codes = (flags: readonly QualityFlag[]) =>
  flags.map(({ code, severity, account: id }) => [code, severity, id].join(' '))

describe('assess', () => {
  const portfolio = portfolioOf([loan(), short, holdings])
  const full = report(portfolio)

  it("reports each account by its venue's own rule", () => {
    expect(full.accounts.map(({ account: id }) => id)).toEqual([
      'toy/1/loan',
      'toy/1/short',
      'toy/1/wallet',
    ])
    expect(full.accounts[0]).toMatchObject({
      owner: OWNER,
      venue: 'toy',
      label: 'Toy toy/1/loan',
      health: { value: 1.6 },
      liquidatable: false,
      equity: 10_000,
      initialMargin: null,
      maintenanceMargin: 4000,
      excess: 6000,
      material: true,
      fidelity: { grade: 'exact' },
      flags: [],
    })
    expect(full.accounts[1]?.health.value).toBeCloseTo((18_000 - 16_010) / 800.5, 12)
    expect(full.accounts[2]).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
      equity: 400,
      liquidationPrices: [],
      material: false,
    })
  })

  it('has the weakest material account as headline', () => {
    expect(full.health).toEqual({ value: 1.6 })
    expect(full.healthUpperBound).toBe(1.6)
    expect(full.weakest).toBe('toy/1/loan')
  })

  it('adds up: equity = gross assets − debt, each counted once', () => {
    expect(full.equity).toBe(10_000 + 1990 + 400)
    expect(full.grossAssets).toBe(20_000 + 1990 + 400)
    expect(full.debt).toBe(10_000)
    expect(full.notional).toBe(16_010)
  })

  it('gives liquidation prices for factors and single assets that matter, factors first', () => {
    const [first, second] = full.accounts
    expect(first?.liquidationPrices.map(({ ray }) => Object.values(ray).join(' '))).toEqual([
      `factor ${PEG_USDC}`,
      `factor ${ETH}`,
      `asset ${asset('usdc')}`,
      `asset ${asset('weth')}`,
    ])
    expect(first?.liquidationPrices[3]?.below).toBeCloseTo(1250, 9)
    expect(
      second?.liquidationPrices.find(
        ({ ray }) => ray.kind === 'asset' && ray.asset === asset('ethIndex'),
      )?.above,
    ).toBeCloseTo(18_000 / 8.4, 9)
  })

  it('gives those of the rays that are asked for, where they apply', () => {
    const rays = [
      { kind: 'factor', factor: BTC },
      { kind: 'asset', asset: asset('weth') },
    ] as const
    const asked = report(portfolio, { rays })
    expect(asked.accounts.map(({ liquidationPrices }) => liquidationPrices.length)).toEqual([
      1, 0, 0,
    ])
    expect(report(portfolio, { rays: [] }).accounts[0]?.liquidationPrices).toEqual([])
  })

  it('leaves out directions below 1 % of an account', () => {
    const dusty = {
      ...loan(),
      legs: [...loan().legs, { ...collateral('wbtc', '0.001'), counts: false }],
    }
    const rays = report(portfolioOf([dusty])).accounts[0]?.liquidationPrices.map(({ ray }) => ray)
    expect(rays).not.toContainEqual({ kind: 'factor', factor: BTC })
    expect(rays).toContainEqual({ kind: 'factor', factor: ETH })
  })

  it('carries exposures and the requirement', () => {
    expect(full.netDeltas.map(({ factor }) => factor)).toEqual([PEG_USDC, ETH])
    expect(full.requirement?.siloed).toBeCloseTo(4000 + 800.5, 9)
    expect(full.requirement?.netted).toBeLessThan(4800)
  })

  it('says for when, in what unit and for whom', () => {
    expect(full).toMatchObject({
      format: 'plimsoll-report/1',
      nowMs: NOW_MS,
      numeraire: 'USD',
      owners: [OWNER],
      quality: [],
      failures: [],
    })
  })

  it('says that nothing can be liquidated where nothing is owed', () => {
    const free = report(portfolioOf([{ ...holdings, legs: [collateral('weth', '9')] }]))
    expect(free.health).toMatchObject({ value: null, reason: 'no-requirement' })
    expect(free.weakest).toBeNull()
    expect(free.healthUpperBound).toBeNull()
    expect(report(portfolioOf([])).health).toMatchObject({ reason: 'no-requirement' })
  })

  it('writes to canonical JSON', () => {
    expect(JSON.parse(toCanonicalJson(full)).format).toBe('plimsoll-report/1')
  })
})

describe('assess, materiality', () => {
  const big = loan('toy/1/big', '1000')
  const small = (collateralAmount: string, owed: string) =>
    account(
      'toy/1/small',
      'toy-lending',
      [collateral('usdc', collateralAmount), debt('usdc', owed)],
      { averaged: false, thresholds: { 'collateral-usdc': 9000 } },
    )
  const material = (one: MarginAccount, options: Partial<AssessOptions> = {}) =>
    report(portfolioOf([big, one]), options).accounts[1]?.material

  it('leaves an account below both limits out of the headline, but lists it', () => {
    const result = report(portfolioOf([big, small('100', '89')]))
    expect(result.accounts[1]?.material).toBe(false)
    expect(result.accounts[1]?.health.value).toBeCloseTo(90 / 89, 12)
    expect(result.weakest).toBe('toy/1/big')
    expect(result.health.value).toBe(16)
  })

  it('takes gross assets + debt + notional above 1 % of the portfolio, or above 1,000', () => {
    // The portfolio is 21,000 and the account itself: 1 % of 21,211.5 is 212.1.
    expect(material(small('111', '100'))).toBe(false)
    expect(material(small('113', '100'))).toBe(true)
    const none = { materiality: { fraction: 1, absolute: 1000 } }
    expect(material(small('500', '500'), none)).toBe(false)
    expect(material(small('500.01', '500'), none)).toBe(true)
    expect(material(small('500', '500'), { materiality: { fraction: 1, absolute: 900 } })).toBe(
      true,
    )
  })

  it('never calls too small what is not known', () => {
    expect(material({ ...small('1', '0.5'), rule: { ...big.rule, tag: 'nobody' } })).toBe(true)
    const unpriced = { ...small('1', '0.5'), legs: [{ ...debt('usdc', '1'), mark: null }] }
    expect(material(unpriced)).toBe(true)
  })
})

describe('assess, options', () => {
  it.each<[string, Partial<AssessOptions>]>([
    ['nowMs', { nowMs: NaN }],
    ['nowMs', { nowMs: -1 }],
    ['maxSkewMs', { maxSkewMs: Infinity }],
    ['maxAgeMs', { maxAgeMs: -1 }],
    ['fraction', { materiality: { fraction: NaN, absolute: 1 } }],
    ['absolute', { materiality: { fraction: 0, absolute: -1 } }],
  ])('refuses a bad %s', (name, options) => {
    expect(() => report(portfolioOf([]), options)).toThrow(ScenarioError)
    expect(() => report(portfolioOf([]), options)).toThrow(name)
  })

  it('refuses two modules for one rule', () => {
    expect(() => report(portfolioOf([]), { modules: [wallet, { ...wallet }] })).toThrow(
      CompileError,
    )
  })

  it('takes limits of 0', () => {
    const result = report(portfolioOf([loan()], { skewMs: 1 }), {
      maxSkewMs: 0,
      maxAgeMs: 0,
      materiality: { fraction: 0, absolute: 0 },
    })
    expect(codes(result.quality)).toEqual(['skew warning '])
  })

  it('refers to marks that it was given', () => {
    expect(markOf('weth').id).toBe(mark('weth'))
  })
})
