import type { MarketState, Portfolio } from '@plimsoll/model'
import { compile } from '@plimsoll/risk'
import { factorModel } from '@plimsoll/risk/calibrate'
import type { PathAccount, PathHits, PathSimulation, PathWeights } from '@plimsoll/risk/score'
import { linearProbability, mergePathHits, ScoreError, simulatePaths } from '@plimsoll/risk/score'
import { studentTCdf } from '@plimsoll/risk/tail'
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
  options: Partial<Pick<PathSimulation, 'seed' | 'stepsPerDay' | 'sampling'>> & {
    ν?: number
    from?: number
    to?: number
  } = {},
): PathHits {
  const { seed = 1, ν = 4, stepsPerDay = 12, from = 0, to = PATHS, sampling = 'plain' } = options
  return simulatePaths(
    {
      program: compile(portfolio, { modules: MODULES, at: NOW }),
      model,
      accounts: accounts.map((entry, row) => ({ row, ...entry })),
      seed,
      stepsPerDay,
      degreesOfFreedom: ν,
      sampling,
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
    const skipped = hitsOf(portfolio, [{ horizonDays: 1, distance: 2 }], { to: 5_000 })
    expect(skipped).toEqual({ ...looked, simulation: skipped.simulation })
  })

  it('takes the line of an account of one factor for its answer on every path', () => {
    const portfolio = portfolioOf([loanAt('toy/1/a', 2, daily)])
    const evaluated = hitsOf(portfolio, [{ horizonDays: 1, distance: 0 }], { to: 5_000 })
    const line = { place: 1, below: -2 * daily, above: Infinity }
    const lined = hitsOf(portfolio, [{ horizonDays: 1, distance: 2, line }], { to: 5_000 })
    expect(lined).toEqual({ ...evaluated, simulation: lined.simulation })
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
    expect(mergePathHits([...parts].reverse())).toEqual(whole)
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

  it('refuses to add up what is not one range of paths', () => {
    const portfolio = portfolioOf([loanAt('toy/1/a', 2, daily)])
    const part = (from: number, to: number) =>
      hitsOf(portfolio, [{ horizonDays: 1, distance: 0 }], { from, to })
    expect(() => mergePathHits([])).toThrow(/No part/)
    expect(() => mergePathHits([part(0, 10), part(11, 20)])).toThrow(/Path 10 should follow/)
    expect(() => mergePathHits([part(0, 10), part(9, 20)])).toThrow(/begins at 9/)
    const other = hitsOf(portfolio, [{ horizonDays: 2, distance: 0 }], { from: 10, to: 20 })
    expect(() => mergePathHits([part(0, 10), other])).toThrow(/different simulations/)
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

describe('simulatePaths by importance', () => {
  const FEW = isDeep ? 40_000 : 4_000
  const weighted = (d: number, days: number, options: Parameters<typeof hitsOf>[2] = {}) =>
    hitsOf(portfolioOf([loanAt('toy/1/a', d, daily)]), [{ horizonDays: days, distance: d }], {
      sampling: 'importance',
      to: FEW,
      ...options,
    })
  const weightsOf = ({ weights }: PathHits): PathWeights => {
    if (weights === null) expect.fail('The paths were not drawn by importance.')
    return weights
  }
  /** Mean of the weights, and its standard error. */
  const meanOf = (hits: PathHits) => {
    const { any } = weightsOf(hits)
    const mean = any.reduce((sum, weight) => sum + weight, 0) / hits.paths
    const square = any.reduce((sum, weight) => sum + weight * weight, 0) / hits.paths
    return { mean, error: Math.sqrt((square - mean * mean) / hits.paths) }
  }

  it.each([
    [3, 1, 4],
    [6, 1, 4],
    [9, 1, 4],
    [20, 2, 4],
    [9, 1, 8],
  ])('meets the reflection principle at %s deviations over %s days, ν = %s', (d, days, ν) => {
    const { mean, error } = meanOf(weighted(d, days, { ν }))
    const expected = linearProbability(d / Math.sqrt(days), ν).touch
    expect(Math.abs(mean - expected)).toBeLessThan(4 * error + 0.06 * expected)
    // A plain simulation of as many paths would hardly see one.
    expect(error).toBeLessThan(0.4 * expected)
  })

  // In one step a path is one Student-t move pushed outward: what it crosses is an integral.
  it.each([4, 8])('meets the digital of one step, ν = %s, without any bias', (ν) => {
    const d = 9
    const { mean, error } = meanOf(weighted(d, 1, { ν, stepsPerDay: 1 }))
    const gammaBelow = (half: number): number => {
      let term = 1
      let sum = 1
      for (let j = 1; j < ν / 2; j++) {
        term *= half / j
        sum += term
      }
      return 1 - Math.exp(-half) * sum
    }
    // P[scale·(r + 0.5826)·cos θ ≥ d]: two coins make a step of length r in a direction θ from ether's.
    let expected = 0
    const width = 0.02
    for (let r = width / 2; r < 12; r += width) {
      for (let θ = width / 2; θ < Math.PI / 2; θ += width) {
        const half = ((ν - 2) * (((r + 0.5825971579390106) * Math.cos(θ)) / d) ** 2) / 2
        expected += (width * width * r * Math.exp((-r * r) / 2) * gammaBelow(half)) / Math.PI
      }
    }
    expect(expected).toBeGreaterThan(studentTCdf(-d * Math.sqrt(ν / (ν - 2)), ν))
    expect(Math.abs(mean - expected)).toBeLessThan(4 * error)
    expect(error).toBeLessThan(0.4 * expected)
  })

  it('agrees with plain paths on an account of two coins', () => {
    const both = account(
      'toy/1/a',
      'toy-lending',
      [collateral('weth', '5'), collateral('wbtc', '0.2'), debt('usdc', '14500')],
      THRESHOLDS,
    )
    const accounts = [{ horizonDays: 1, distance: 3 }]
    const plain = hitsOf(portfolioOf([both]), accounts)
    const drawn = hitsOf(portfolioOf([both]), accounts, { sampling: 'importance', to: FEW })
    const { mean, error } = meanOf(drawn)
    const p = plain.any / plain.paths
    expect(p).toBeGreaterThan(0.001)
    expect(Math.abs(mean - p)).toBeLessThan(4 * Math.hypot(error, Math.sqrt(p / plain.paths)))
  })

  it('gives the same weights however the paths are divided', () => {
    const parts = [0, 1, 999].map((from, index, all) =>
      weighted(6, 1, { from, to: all[index + 1] ?? 2_000 }),
    )
    expect(mergePathHits(parts)).toEqual(weighted(6, 1, { to: 2_000 }))
  })

  it('is plain where there is no ball to leave, and no volatility to draw', () => {
    expect(weighted(0, 1, { to: 100 }).weights).toBeNull()
    expect(weighted(3, 1, { to: 100, ν: Infinity }).weights).toBeNull()
    const { greatest, any } = weightsOf(weighted(9, 1))
    expect(greatest).toBeLessThan(0.1)
    expect(Math.max(...any)).toBeLessThanOrEqual(greatest)
  })
})
