import type { MarketState, Portfolio } from '@plimsoll/model'
import type { PathAccount, PathHits } from '@plimsoll/risk'
import { compile, factorModel, linearProbability, ScoreError, simulatePaths } from '@plimsoll/risk'
import { describe, expect, it } from 'vitest'
import { MODULES } from './toyModules.js'
import { account, BTC, collateral, debt, ETH, NOW, portfolioOf } from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

const isDeep = process.env.PLIMSOLL_DEEP === '1'
const PATHS = isDeep ? 400_000 : 40_000
const THRESHOLDS = {
  averaged: false,
  thresholds: { 'collateral-weth': 8000, 'collateral-wbtc': 7500 },
}

/** A loan whose collateral is liquidated after a fall of `days` daily standard deviations of ETH. */
const loanAt = (id: string, deviations: number, daily: number) =>
  account(
    id,
    'toy-lending',
    [collateral('weth', '10'), debt('usdc', (16_000 * Math.exp(-deviations * daily)).toFixed(9))],
    THRESHOLDS,
  )

const model = factorModel(MARKET, [BTC, ETH])
const daily = model.daily[1] ?? NaN

function hitsOf(
  portfolio: Portfolio,
  accounts: readonly Omit<PathAccount, 'row'>[],
  options: { seed?: number; ν?: number; stepsPerDay?: number; from?: number; to?: number } = {},
): PathHits {
  const { seed = 1, ν = 4, stepsPerDay = 12, from = 0, to = PATHS } = options
  return simulatePaths(
    {
      program: compile(portfolio, { modules: MODULES, at: NOW }),
      model,
      accounts: accounts.map((entry, row) => ({ row, ...entry })),
      seed,
      stepsPerDay,
      degreesOfFreedom: ν,
    },
    from,
    to,
  )
}

/** |observed − expected| in standard errors of the count. */
const errors = (hits: number, expected: number, paths = PATHS) =>
  Math.abs(hits / paths - expected) / Math.sqrt((expected * (1 - expected)) / paths)

describe('simulatePaths', () => {
  it.each([
    [0.5, 1, 4],
    [1, 1, 4],
    [2, 1, 4],
    [2, 1, Infinity],
    [3, 2, 4],
    [3, 3, 8],
    [5, 1, 4],
  ])('meets the reflection principle at %s deviations over %s days, ν = %s', (d, days, ν) => {
    const portfolio = portfolioOf([loanAt('toy/1/a', d, daily)])
    const { byAccount, any, unknown } = hitsOf(portfolio, [{ horizonDays: days, distance: d }], {
      ν,
    })
    const expected = linearProbability(d / Math.sqrt(days), ν).touch
    // The continuity correction leaves a bias of its own, far below a tenth of the probability.
    const bias = 0.06 * expected
    const slack = bias / Math.sqrt((expected * (1 - expected)) / PATHS)
    expect(errors(byAccount[0] ?? NaN, expected)).toBeLessThan(4 + slack)
    expect(any).toBe(byAccount[0])
    expect(unknown).toEqual([0])
  })

  it('does not look where an account is known to be safe, and misses nothing by it', () => {
    const portfolio = portfolioOf([loanAt('toy/1/a', 2, daily)])
    const looked = hitsOf(portfolio, [{ horizonDays: 1, distance: 0 }], { to: 5_000 })
    expect(hitsOf(portfolio, [{ horizonDays: 1, distance: 2 }], { to: 5_000 })).toEqual(looked)
  })

  it('takes the line of an account of one factor for its answer on every path', () => {
    const portfolio = portfolioOf([loanAt('toy/1/a', 2, daily)])
    const evaluated = hitsOf(portfolio, [{ horizonDays: 1, distance: 0 }], { to: 5_000 })
    const line = { place: 1, below: -2 * daily, above: Infinity }
    expect(hitsOf(portfolio, [{ horizonDays: 1, distance: 2, line }], { to: 5_000 })).toEqual(
      evaluated,
    )
    const both = { place: 1, below: -2 * daily, above: 2 * daily }
    const { any } = hitsOf(portfolio, [{ horizonDays: 1, distance: 2, line: both }], { to: 5_000 })
    expect(any).toBeGreaterThan(1.7 * evaluated.any)
  })

  it('gives the same counts however the paths are divided', () => {
    const portfolio = portfolioOf([loanAt('toy/1/a', 1, daily), loanAt('toy/1/b', 2, daily)])
    const accounts = [
      { horizonDays: 1, distance: 1 },
      { horizonDays: 2, distance: 2 },
    ]
    const whole = hitsOf(portfolio, accounts, { to: 3_000 })
    const parts = [0, 1, 999, 2_500].map((from, index, all) =>
      hitsOf(portfolio, accounts, { from, to: all[index + 1] ?? 3_000 }),
    )
    const sum = (of: (hits: PathHits) => number) =>
      parts.reduce((total, part) => total + of(part), 0)
    expect(sum(({ any }) => any)).toBe(whole.any)
    expect(sum(({ byAccount }) => byAccount[0] ?? NaN)).toBe(whole.byAccount[0])
    expect(sum(({ byAccount }) => byAccount[1] ?? NaN)).toBe(whole.byAccount[1])
    expect(whole.any).toBeGreaterThanOrEqual(Math.max(...whole.byAccount))
    expect(whole.any).toBeLessThanOrEqual(whole.byAccount.reduce((total, hits) => total + hits, 0))
  })

  it('never counts fewer at a longer horizon, on the same paths', () => {
    const portfolio = portfolioOf([loanAt('toy/1/a', 2, daily)])
    const counts = [0.5, 1, 2, 4].map(
      (horizonDays) =>
        hitsOf(portfolio, [{ horizonDays, distance: 2 }], { to: 5_000 }).byAccount[0] ?? NaN,
    )
    expect([...counts].sort((a, b) => a - b)).toEqual(counts)
    expect(new Set(counts).size).toBe(4)
  })

  it('never counts fewer as volatilities grow together, on the same paths', () => {
    const scaledBy = (k: number): MarketState => ({
      ...MARKET,
      volatilities: MARKET.volatilities.map((row) => ({
        ...row,
        volatility: k * row.volatility,
        stressed: k * row.stressed,
      })),
    })
    const program = compile(portfolioOf([loanAt('toy/1/a', 2, daily)]), {
      modules: MODULES,
      at: NOW,
    })
    const counts = [1, 1.1, 1.5, 2].map(
      (k) =>
        simulatePaths(
          {
            program,
            model: factorModel(scaledBy(k), [BTC, ETH]),
            accounts: [{ row: 0, horizonDays: 1, distance: 0 }],
            seed: 3,
            stepsPerDay: 12,
            degreesOfFreedom: 4,
          },
          0,
          3_000,
        ).any,
    )
    expect([...counts].sort((a, b) => a - b)).toEqual(counts)
  })

  it('counts what cannot be said apart from what is liquidated', () => {
    const legs = [collateral('weth', '10'), debt('usdc', '15000')]
    const portfolio = portfolioOf([account('toy/1/a', 'no-such-rule', legs)])
    const { any, byAccount, unknown } = hitsOf(portfolio, [{ horizonDays: 1, distance: 0 }], {
      to: 100,
    })
    expect([any, byAccount, unknown]).toEqual([0, [0], [100]])
  })

  it('refuses what it cannot simulate', () => {
    const portfolio = portfolioOf([loanAt('toy/1/a', 2, daily)])
    const accounts = [{ horizonDays: 1, distance: 0 }]
    expect(() => hitsOf(portfolio, accounts, { ν: 3 })).toThrow(ScoreError)
    expect(() => hitsOf(portfolio, accounts, { ν: 2 })).toThrow(ScoreError)
    expect(() => hitsOf(portfolio, accounts, { stepsPerDay: 0 })).toThrow(ScoreError)
    expect(() => hitsOf(portfolio, accounts, { from: 2, to: 1 })).toThrow(ScoreError)
    expect(() => hitsOf(portfolio, [{ horizonDays: 61, distance: 0 }])).toThrow(ScoreError)
  })
})
