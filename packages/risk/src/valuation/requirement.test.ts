import type { Leg, Portfolio } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { MODULES } from '../../../../test/risk/toyModules.js'
import {
  account,
  cash,
  collateral,
  debt,
  idOf,
  mark,
  NOW,
  OTHER_OWNER,
  option,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { compile } from '../program/compile.js'
import { requirement } from './requirement.js'
import { worldToday } from './world.js'

const today = worldToday(portfolioOf([]), NOW, 'USD')
describe('requirement', () => {
  const requirementOf = (accounts: Portfolio['accounts']) => {
    const portfolio = portfolioOf(accounts)
    return requirement(portfolio, compile(portfolio, { modules: MODULES, at: NOW }), today)
  }
  const loan = account(
    'toy/1/loan',
    'toy-lending',
    [collateral('weth', '10'), debt('usdc', '5000')],
    { averaged: false, thresholds: { 'collateral-weth': 8000 } },
  )
  const tiers = { 'perp-ethIndex': [[0, 500]], 'perp-btcIndex': [[0, 1000]] }
  const short = account('toy/1/short', 'toy-perps', [perp('ethIndex', '-8'), cash('20000')], {
    tiers,
  })

  it('is Σ (1 − threshold) × collateral for loans and tiered maintenance for perps', () => {
    expect(requirementOf([loan])).toEqual({
      siloed: 0.2 * 20_000 + 0,
      netted: expect.closeTo(4000, 9),
      notGranted: expect.closeTo(0, 9),
      capitalEfficiency: expect.closeTo(1, 12),
    })
    const result = requirementOf([loan, short])
    expect(result?.siloed).toBeCloseTo(4000 + 0.05 * 16_010, 9)
  })

  it('nets each underlying by |Σδ| ÷ Σ|δ|', () => {
    const ratio = (20_000 - 16_010) / (20_000 + 16_010)
    const result = requirementOf([loan, short])
    expect(result?.netted).toBeCloseTo(ratio * (4000 + 0.05 * 16_010), 9)
    expect(result?.notGranted).toBeCloseTo((1 - ratio) * (4000 + 0.05 * 16_010), 9)
    expect(result?.capitalEfficiency).toBeCloseTo(ratio, 12)
    const other = account('toy/1/btc', 'toy-perps', [perp('btcIndex', '1'), cash('-50000')], {
      tiers,
    })
    expect(requirementOf([loan, short, other])?.netted).toBeCloseTo(
      ratio * (4000 + 0.05 * 16_010) + 6001,
      9,
    )
  })

  it('is not netted when every leg points one way', () => {
    const long = account('toy/1/long', 'toy-perps', [perp('ethIndex', '8'), cash('-10000')], {
      tiers,
    })
    const result = requirementOf([loan, long])
    expect(result?.netted).toBeCloseTo(result?.siloed ?? NaN, 9)
  })

  it('attributes what is asked of a stable to what its account is exposed to', () => {
    const borrow = account(
      'toy/1/borrow',
      'toy-lending',
      [collateral('usdc', '20000'), debt('weth', '4')],
      { averaged: false, thresholds: { 'collateral-usdc': 7500 } },
    )
    const long = account('toy/1/long', 'toy-perps', [perp('ethIndex', '4'), cash('-7000')], {
      tiers,
    })
    const ratio = (8005 - 8000) / 16_005
    const result = requirementOf([borrow, long])
    expect(result?.siloed).toBeCloseTo(5000 + 0.05 * 8005, 9)
    expect(result?.netted).toBeCloseTo(ratio * (5000 + 0.05 * 8005), 9)
  })

  it('keeps what is asked of a stable that carries no other exposure', () => {
    const stable = account(
      'toy/1/stable',
      'toy-lending',
      [collateral('usdc', '1000'), debt('usdc', '100')],
      { averaged: false, thresholds: { 'collateral-usdc': 9000 } },
    )
    const result = requirementOf([stable])
    expect(result?.siloed).toBeCloseTo(100, 9)
    expect(result?.netted).toBeCloseTo((100 * 900) / 1100, 9)
  })

  it('counts what rounding an average takes, and does not net it', () => {
    const averaged = account(
      'toy/1/averaged',
      'toy-lending',
      [collateral('weth', '10'), collateral('wbtc', '1'), debt('usdc', '5000')],
      { averaged: true, thresholds: { 'collateral-weth': 8000, 'collateral-wbtc': 7999 } },
    )
    // The average of 8000 (20,000) and 7999 (60,000) is 7999.25: a quarter of a basis point is lost.
    expect(requirementOf([averaged])?.siloed).toBeCloseTo(80_000 * 0.2001, 6)
  })

  it('splits what is asked of one asset between its underlyings', () => {
    const pool = account(
      'toy/1/pool',
      'toy-lending',
      [collateral('pool', '100'), debt('usdc', '1000')],
      { averaged: false, thresholds: { 'collateral-pool': 5000 } },
    )
    const hedge = account('toy/1/hedge', 'toy-perps', [perp('ethIndex', '-1'), cash('4000')], {
      tiers,
    })
    // Half of 12,575 is asked, half of that of each side; ETH alone is hedged.
    const side = 12_575 / 4
    const ratio = (12_575 / 2 - 2001.25) / (12_575 / 2 + 2001.25)
    const result = requirementOf([pool, hedge])
    expect(result?.siloed).toBeCloseTo(2 * side + 100.0625, 9)
    expect(result?.netted).toBeCloseTo(ratio * (side + 100.0625) + side, 9)
  })

  it('asks a pegged asset of its underlying alone, not of its peg', () => {
    const staked = account(
      'toy/1/staked',
      'toy-lending',
      [collateral('wsteth', '10'), debt('usdc', '1000')],
      { averaged: false, thresholds: { 'collateral-wsteth': 8000 } },
    )
    const ratio = (24_005 - 16_010) / (24_005 + 16_010)
    const result = requirementOf([staked, short])
    expect(result?.netted).toBeCloseTo(ratio * (0.2 * 24_005 + 0.05 * 16_010), 9)
  })

  it('nets nothing of what has no exposure that counts', () => {
    const claim: Leg = {
      ...collateral('weth', '10'),
      backedBy: { kind: 'account', account: idOf('toy/1/vault') },
    }
    const vault = account('toy/1/vault', 'toy-wallet', [collateral('usdc', '20000')])
    const posted = { ...loan, legs: [claim, debt('usdc', '5000')] }
    expect(requirementOf([posted, vault])).toMatchObject({ siloed: 4000, netted: 4000 })
    const portfolio = portfolioOf([loan])
    const assets = portfolio.assets.map((entry) => ({ ...entry, exposures: [] }))
    const world = worldToday({ ...portfolio, assets }, NOW, 'USD')
    const program = compile(portfolio, { modules: MODULES, at: NOW })
    expect(requirement(portfolio, program, world)).toMatchObject({ siloed: 4000, netted: 4000 })
  })

  it('passes over a holding that has no price', () => {
    const gone = account('toy/1/gone', 'toy-wallet', [
      { ...collateral('weth', '1'), mark: mark('weth', 'gone') },
    ])
    expect(requirementOf([loan, short, gone])).toEqual(requirementOf([loan, short]))
  })

  it('nets neither options nor what counts elsewhere', () => {
    const before = requirementOf([loan, short])
    const options = account('toy/1/options', 'toy-wallet', [option()])
    expect(requirementOf([loan, short, options])).toEqual(before)
    const claim: Leg = {
      ...collateral('weth', '5'),
      backedBy: { kind: 'account', account: loan.id },
    }
    const posted = account('toy/1/posted', 'toy-wallet', [claim])
    expect(requirementOf([loan, short, posted])).toEqual(before)
    // Of somebody else's vault the claim counts, and what the vault must hold does not.
    const vault = { ...loan, owner: OTHER_OWNER }
    const ratio = (16_010 - 10_000) / (16_010 + 10_000)
    const result = requirementOf([vault, short, posted])
    expect(result?.siloed).toBeCloseTo(0.05 * 16_010, 9)
    expect(result?.netted).toBeCloseTo(ratio * 0.05 * 16_010, 9)
  })

  it('does not depend on the order of accounts and legs', () => {
    const mixed = account(
      'toy/1/mixed',
      'toy-lending',
      [
        collateral('wbtc', '0.3'),
        collateral('pool', '7'),
        collateral('weth', '1.1'),
        debt('usdc', '700'),
      ],
      {
        averaged: false,
        thresholds: { 'collateral-wbtc': 7100, 'collateral-pool': 3300, 'collateral-weth': 8000 },
      },
    )
    const turned = { ...mixed, legs: [...mixed.legs].reverse() }
    expect(requirementOf([short, turned, loan])).toEqual(requirementOf([loan, mixed, short]))
  })

  it('is 0 where nothing is owed, and has no efficiency then', () => {
    const free = account(
      'toy/1/free',
      'toy-lending',
      [collateral('weth', '10')],
      loan.rule.parameters,
    )
    expect(requirementOf([free])).toEqual({
      siloed: 0,
      netted: 0,
      notGranted: 0,
      capitalEfficiency: null,
    })
    expect(requirementOf([])).toEqual({
      siloed: 0,
      netted: 0,
      notGranted: 0,
      capitalEfficiency: null,
    })
  })

  it('is unknown when any account is, or a leg that may be owed has no price', () => {
    expect(requirementOf([loan, account('toy/1/x', 'nobody', [])])).toBeNull()
    const unpriced = account('toy/1/w', 'toy-wallet', [{ ...debt('weth', '1'), mark: null }])
    expect(requirementOf([loan, unpriced])).toBeNull()
  })
})
