import { describe, expect, it } from 'vitest'
import {
  account,
  BTC,
  collateral,
  ETH,
  NOW_MS,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { MARKET } from '../../../../test/risk/unifiedWorld.js'
import type { ScenarioSet } from './index.js'
import { ScenarioSetError, tailReport } from './index.js'

const options = { market: MARKET, nowMs: NOW_MS, closingCost: null }

/** Equally likely moves of ETH, of BTC by half as much. */
function setOf(moves: readonly number[]): ScenarioSet {
  return {
    kind: 'user',
    label: 'as drawn',
    source: 'test',
    horizonDays: 3,
    factors: [BTC, ETH],
    count: moves.length,
    moves: Float64Array.from(moves.flatMap((move) => [move / 2, move])),
    weights: new Float64Array(moves.length).fill(1 / moves.length),
    names: null,
  }
}

/** 2,000 in ETH on one account; 6,000 in BTC and 1,000 in ETH on another. */
const portfolio = portfolioOf([
  account('toy/1/a', 'toy-wallet', [collateral('weth', '1')]),
  account('toy/1/b', 'toy-wallet', [collateral('wbtc', '0.1'), collateral('weth', '0.5')]),
])
/** It loses 6,000 times the fall of ETH: 24, 48, … 4,800. */
const falls = Array.from({ length: 200 }, (_, index) => -(index + 1) / 250)
const set = setOf(falls)

describe('tailReport', () => {
  it('is the mean of the worst fortieth, and the loss that a hundredth exceeds', () => {
    const report = tailReport(portfolio, set, options)
    expect(report).toMatchObject({ method: 'as drawn', horizonDays: 3, scenarios: 200 })
    // Of 200 the five worst: 196 to 200 times 24.
    expect(report?.expectedShortfall.level).toBe(0.975)
    expect(report?.expectedShortfall.loss).toBeCloseTo(198 * 24, 8)
    expect(report?.valueAtRisk.level).toBe(0.99)
    expect(report?.valueAtRisk.loss).toBeGreaterThanOrEqual(197 * 24)
    expect(report?.valueAtRisk.loss).toBeLessThanOrEqual(199 * 24)
  })

  it('adds the cost of closing, and says nothing where that is not known', () => {
    expect(tailReport(portfolio, set, options)?.liquidityAdjusted).toBeNull()
    const adjusted = tailReport(portfolio, set, { ...options, closingCost: 50 })
    expect(adjusted?.liquidityAdjusted).toBeCloseTo(198 * 24 + 50, 8)
    expect(tailReport(portfolio, set, { ...options, closingCost: 0 })?.liquidityAdjusted).toBe(
      tailReport(portfolio, set, options)?.expectedShortfall.loss,
    )
  })

  it('divides the shortfall among accounts', () => {
    const parts = tailReport(portfolio, set, options)?.byAccount
    expect(parts?.map((part) => part.account)).toEqual(['toy/1/a', 'toy/1/b'])
    expect(parts?.[0]?.component).toBeCloseTo((198 / 250) * 2000, 8)
    expect(parts?.[1]?.component).toBeCloseTo((198 / 250) * 4000, 8)
  })

  it('counts every loss in equal bins from the least to the greatest', () => {
    const histogram = tailReport(portfolio, set, options)?.histogram
    const { edges = [], counts = [] } = histogram ?? {}
    expect(edges).toHaveLength(42)
    expect(counts).toHaveLength(41)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200)
    expect(edges[0]).toBeCloseTo(24, 8)
    expect(edges.at(-1)).toBeCloseTo(4800, 8)
    for (const [index, edge] of edges.entries()) {
      expect(edge).toBeCloseTo(24 + (index * (4800 - 24)) / 41, 8)
    }
    // 200 even losses over 41 bins: five in most, four in some.
    for (const count of counts) expect([4, 5]).toContain(count)
  })

  it('puts a loss into its own bin, gains and losses alike', () => {
    // Gains of 1,000 twice and of 200, a loss of 1,000: 41 bins of 2,000 ÷ 41.
    const report = tailReport(
      portfolioOf([account('toy/1/a', 'toy-wallet', [collateral('weth', '1')])]),
      setOf([0.5, 0.5, -0.5, 0.1]),
      options,
    )
    expect(report?.histogram.edges[0]).toBeCloseTo(-1000, 9)
    const { counts = [] } = report?.histogram ?? {}
    expect([counts[0], counts[1], counts.at(-1)]).toEqual([2, 0, 1])
    expect(counts[16]).toBe(1)
  })

  it('is one bin where every loss is the same', () => {
    const report = tailReport(portfolio, setOf([-0.5, -0.5, -0.5]), options)
    expect(report?.histogram.counts).toEqual([3])
    expect(report?.histogram.edges[0]).toBeCloseTo(3000, 9)
    expect(report?.histogram.edges[1]).toBe(report?.histogram.edges[0])
  })

  it('is nothing of nothing', () => {
    const report = tailReport(portfolioOf([]), set, options)
    expect(report).toMatchObject({ byAccount: [], histogram: { counts: [200] } })
    expect(Math.abs(report?.expectedShortfall.loss ?? NaN)).toBe(0)
  })

  it('refuses what is no set of equally likely scenarios', () => {
    for (const weights of [null, Float64Array.from(falls, (_, index) => (index === 7 ? 1 : 0))]) {
      expect(() => tailReport(portfolio, { ...set, weights }, options)).toThrow(ScenarioSetError)
    }
  })
})
