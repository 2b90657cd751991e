import type { MarginAccount, VenueModule } from '@plimsoll/model'
import { factorId, parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { lending, MODULES } from '../../../../test/risk/toyModules.js'
import {
  account,
  asset,
  cash,
  collateral,
  debt,
  ETH,
  idOf,
  mark,
  markOf,
  NOW,
  NOW_MS,
  OWNER,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { ScenarioError } from '../errors.js'
import { black76Price } from '../pricing/black76.js'
import { decideLiquidatable } from '../report/decide.js'
import { scalePrice } from './scalePrice.js'
import { whatIf } from './whatIf.js'

const options = { modules: MODULES, nowMs: NOW_MS }
const loan = account(
  'toy/1/loan',
  'toy-lending',
  [collateral('weth', '10'), debt('usdc', '13000')],
  { averaged: false, thresholds: { 'collateral-weth': 8000 } },
)
const hedge = account('toy/1/hedge', 'toy-perps', [perp('ethIndex', '-10'), cash('22012.5')], {
  tiers: { 'perp-ethIndex': [[0, 500]] },
})
const IV = factorId('iv:ETH')
const call = {
  kind: 'option',
  id: 'call',
  asset: asset('weth'),
  mark: mark('weth'),
  right: 'call',
  size: parseAmount('-2'),
  strike: parseAmount('2200'),
  expiry: NOW + (365 * 86_400) / 4,
  forward: mark('ethIndex'),
  impliedVolatility: 0.6,
  price: parseAmount('160'),
} as const

describe('whatIf', () => {
  it('shows which account is liquidated although the portfolio is hedged', () => {
    const result = whatIf(portfolioOf([loan, hedge]), { factors: { [ETH]: -0.2 } }, options)
    const [hedged, lent] = result.accounts
    expect(lent).toMatchObject({
      account: 'toy/1/loan',
      healthBefore: { value: expect.closeTo(16_000 / 13_000, 14) },
      health: { value: expect.closeTo(12_800 / 13_000, 14) },
      liquidatableBefore: false,
      liquidatable: true,
      equityBefore: 7000,
      equity: 3000,
    })
    expect(hedged).toMatchObject({ liquidatable: false, equityBefore: 2000, equity: 6002.5 })
    expect(result.equityBefore).toBe(9000)
    expect(result.equity).toBeCloseTo(9002.5, 9)
    expect(result).toMatchObject({ numeraire: 'USD', scenario: { factors: { [ETH]: -0.2 } } })
  })

  it('changes nothing in a calm market', () => {
    const result = whatIf(portfolioOf([loan, hedge]), {}, options)
    for (const entry of result.accounts) {
      expect(entry.health).toEqual(entry.healthBefore)
      expect(entry.liquidatable).toBe(entry.liquidatableBefore)
      expect(entry.equity).toBe(entry.equityBefore)
    }
    expect(result.equity).toBe(result.equityBefore)
  })

  it('moves one asset or one mark apart from the others', () => {
    const result = whatIf(
      portfolioOf([loan, hedge]),
      { marks: { [mark('ethIndex')]: 0.05 } },
      options,
    )
    expect(result.accounts[0]?.equity).toBeCloseTo(2000 - 1000.625, 9)
    expect(result.accounts[1]?.equity).toBe(7000)
    const depeg = whatIf(portfolioOf([loan, hedge]), { assets: { [asset('usdc')]: 0.5 } }, options)
    expect(depeg.accounts[1]).toMatchObject({ liquidatable: true, equity: 500 })
  })

  it('reprices options with forward and volatility moved', () => {
    const entry = account('toy/1/options', 'toy-wallet', [call])
    const price = (forward: number, volatility: number) =>
      black76Price({ right: 'call', forward, strike: 2200, volatility, years: 0.25, discount: 1 })
    const result = whatIf(
      portfolioOf([entry]),
      { factors: { [ETH]: 0.1, [IV]: 0.25 } },
      { ...options, modules: [flat] },
    )
    expect(result.accounts[0]?.equityBefore).toBe(-320)
    expect(result.accounts[0]?.equity).toBeCloseTo(
      -2 * (160 + price(2001.25 * 1.1, 0.75) - price(2001.25, 0.6)),
      9,
    )
  })

  it('does not claim an equity that it cannot reprice', () => {
    const entry = account('toy/1/options', 'toy-wallet', [
      { ...call, size: parseAmount('2'), impliedVolatility: null },
    ])
    const result = whatIf(
      portfolioOf([entry]),
      { factors: { [ETH]: 0.1 } },
      { ...options, modules: [flat] },
    )
    expect(result.accounts[0]).toMatchObject({ equityBefore: 320, equity: null })
    expect(result).toMatchObject({ equityBefore: 320, equity: null })
  })

  it('keeps unknown what is unknown', () => {
    const unknown = account('toy/1/unknown', 'nobody', [collateral('weth', '1')])
    const result = whatIf(portfolioOf([loan, unknown]), { factors: { [ETH]: 0.1 } }, options)
    expect(result.accounts[1]).toMatchObject({
      health: { value: null, reason: 'unknown' },
      healthBefore: { value: null, reason: 'unknown' },
      liquidatable: null,
      equity: 2200,
    })
    const contradicted: MarginAccount = {
      ...loan,
      reconciliation: { status: 'unreconciled', formulaVersion: 'x', checks: [] },
    }
    const other = whatIf(portfolioOf([contradicted]), { factors: { [ETH]: 0.1 } }, options)
    expect(other.accounts[0]).toMatchObject({
      health: { value: null, reason: 'unknown' },
      liquidatable: null,
      liquidatableBefore: null,
    })
    const failures = [{ adapter: 'toy', chain: 1, owner: OWNER, error: 'E', message: 'm' }]
    expect(whatIf(portfolioOf([loan], { failures }), {}, options)).toMatchObject({
      equityBefore: null,
      equity: null,
    })
    const owing = account('toy/1/owing', 'toy-wallet', [{ ...debt('weth', '1'), mark: null }])
    expect(whatIf(portfolioOf([owing]), {}, options)).toMatchObject({
      equityBefore: null,
      equity: null,
    })
  })

  it('counts equity once', () => {
    const posted = account('toy/1/posted', 'toy-wallet', [
      { ...collateral('weth', '1'), backedBy: { kind: 'account', account: loan.id } },
    ])
    expect(whatIf(portfolioOf([loan, posted]), { factors: { [ETH]: 0.5 } }, options)).toMatchObject(
      {
        equityBefore: 7000,
        equity: 17_000,
      },
    )
  })

  it('has no requirement where nothing is owed', () => {
    const entry = account('toy/1/w', 'toy-wallet', [collateral('weth', '1')])
    expect(whatIf(portfolioOf([entry]), {}, options).accounts[0]).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
    })
  })

  it('refuses names that are not in the portfolio, and volatility without options', () => {
    const portfolio = portfolioOf([loan])
    for (const scenario of [
      { factors: { [factorId('spot:DOGE')]: -0.2 } },
      { factors: { [IV]: 0.2 } },
      { assets: { ['venue:toy/asset:none' as ReturnType<typeof asset>]: 0.1 } },
      { marks: { [mark('weth', 'nowhere')]: 0.1 } },
      { factors: { [ETH]: -2 } },
    ]) {
      expect(() => whatIf(portfolio, scenario, options)).toThrow(ScenarioError)
    }
    expect(() => whatIf(portfolio, { factors: { [IV]: 0.2 } }, options)).toThrow(/spot:ETH/)
  })
})

/** A wallet that judges nothing, so that options can be held in these tests. */
const flat: VenueModule = {
  ...lending,
  tag: 'toy-wallet',
  evaluate: () => ({
    health: { value: null, reason: 'no-requirement', message: 'Nothing.' },
    liquidatable: false,
    equity: 0,
    initialMargin: null,
    maintenanceMargin: null,
    excess: null,
    exact: {},
    flags: [],
  }),
  compile: ({ account: { id } }) => ({
    account: id,
    marks: [],
    tests: [],
    combine: 'any',
    errorBound: 0,
  }),
}

describe('decideLiquidatable', () => {
  // 8,000 × price against 13,000: health 1 at 1,625.
  const atEdge = (price: string) =>
    portfolioOf([loan], {
      marks: portfolioOf([]).marks.map((item) =>
        item.id === mark('weth') ? markOf('weth', price) : item,
      ),
    })
  const decided = (price: string, bound: number) => {
    const calls: number[] = []
    const module: VenueModule = {
      ...lending,
      evaluate: (state) => {
        calls.push(state.at)
        return lending.evaluate(state)
      },
      compile: (state) => ({ ...lending.compile(state), errorBound: bound }),
    }
    const verdict = decideLiquidatable(atEdge(price), loan.id, {}, { modules: [module], at: NOW })
    return { verdict, isExact: calls.length > 0 }
  }

  it('is decided by integers within the error bound of health 1, by floats outside', () => {
    expect(decided('1625', 1e-12)).toEqual({ verdict: false, isExact: true })
    expect(decided('1624.999999999999999999', 1e-12)).toEqual({ verdict: true, isExact: true })
    expect(decided('1625.000000000000000001', 1e-12)).toEqual({ verdict: false, isExact: true })
    expect(decided('1624.99', 1e-12)).toEqual({ verdict: true, isExact: false })
    expect(decided('1626', 1e-12)).toEqual({ verdict: false, isExact: false })
    expect(decided('1626', 1e-3)).toEqual({ verdict: false, isExact: true })
    expect(decided('1624', 1e-3)).toEqual({ verdict: true, isExact: true })
  })

  it('never trusts a float at the threshold, even when a module claims no error', () => {
    expect(decided('1624.999999999999999999', 0)).toEqual({ verdict: true, isExact: true })
  })

  it('decides under a scenario on prices that the source could print', () => {
    const context = { modules: [lending], at: NOW }
    expect(decideLiquidatable(atEdge('3250'), loan.id, { factors: { [ETH]: -0.5 } }, context)).toBe(
      false,
    )
    expect(
      decideLiquidatable(atEdge('3250'), loan.id, { factors: { [ETH]: -0.5000000001 } }, context),
    ).toBe(true)
    expect(
      decideLiquidatable(
        atEdge('3250.00000000'),
        loan.id,
        { factors: { [ETH]: -0.5 - 1e-12 } },
        context,
      ),
    ).toBe(false)
    expect(
      decideLiquidatable(
        atEdge('3250.00000000'),
        loan.id,
        { factors: { [ETH]: -0.5 - 1e-11 } },
        context,
      ),
    ).toBe(true)
  })

  it('is null for an account that cannot be known, and refuses one that is not there', () => {
    const portfolio = portfolioOf([account('toy/1/x', 'nobody', [])])
    const context = { modules: MODULES, at: NOW }
    expect(decideLiquidatable(portfolio, idOf('toy/1/x'), {}, context)).toBeNull()
    expect(() => decideLiquidatable(portfolio, idOf('toy/1/y'), {}, context)).toThrow(ScenarioError)
    expect(() =>
      decideLiquidatable(portfolio, idOf('toy/1/x'), { factors: { [IV]: 1 } }, context),
    ).toThrow(ScenarioError)
  })

  it('is null where the exact evaluation fails at the threshold', () => {
    const module: VenueModule = {
      ...lending,
      evaluate: () => {
        throw new TypeError('broken')
      },
    }
    expect(
      decideLiquidatable(atEdge('1625'), loan.id, {}, { modules: [module], at: NOW }),
    ).toBeNull()
  })
})

describe('scalePrice', () => {
  it('keeps the decimals of a fixed-point oracle and rounds half up', () => {
    const price = { raw: 200_000_000_001n, decimals: 8 }
    expect(scalePrice(price, 0.5)).toEqual({ raw: 100_000_000_001n, decimals: 8 })
    expect(scalePrice(price, 1)).toBe(price)
    expect(scalePrice(price, 0)).toEqual({ raw: 0n, decimals: 8 })
    expect(scalePrice({ raw: 3n, decimals: 8 }, 0.75)).toEqual({ raw: 2n, decimals: 8 })
    expect(scalePrice({ raw: 3n, decimals: 8 }, 0.8125)).toEqual({ raw: 2n, decimals: 8 })
    expect(scalePrice({ raw: 3n, decimals: 8 }, 0.84375)).toEqual({ raw: 3n, decimals: 8 })
  })

  it('gives a decimal text room for digits', () => {
    expect(scalePrice({ raw: 2000n, decimals: 0 }, 0.87654321)).toEqual({
      raw: 1_753_086_420_000_000_034_136n,
      decimals: 18,
    })
    expect(scalePrice({ raw: 2000n, decimals: 7 }, 2).decimals).toBe(18)
  })

  it.each([-0.5, NaN, Infinity])('refuses a factor of %d', (factor) => {
    expect(() => scalePrice({ raw: 1n, decimals: 8 }, factor)).toThrow(ScenarioError)
  })
})
