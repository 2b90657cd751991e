import { parseAmount } from '@plimsoll/model'
import { factorModel } from '@plimsoll/risk/calibrate'
import {
  deltaGammaPreview,
  gridScenarios,
  monteCarloScenarios,
  repriceSet,
  ScenarioSetError,
  userScenarios,
} from '@plimsoll/risk/scenarios'
import { deltaGammaTail, historicalTail } from '@plimsoll/risk/tail'
import { describe, expect, it } from 'vitest'
import { account, BTC, collateral, ETH, NOW, NOW_MS, option, portfolioOf } from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

const options = { market: MARKET, nowMs: NOW_MS }
const model = factorModel(MARKET, [BTC, ETH])
const drawn = (degreesOfFreedom: number, count = 4_000) =>
  monteCarloScenarios(model, { count, seed: 3, horizonDays: 1, degreesOfFreedom })

const DAY = 86_400
/** Ten straddles sold at the money, so many days from expiry. */
const straddle = (days: number) =>
  portfolioOf([
    account(
      'toy/1/a',
      'toy-wallet',
      (['call', 'put'] as const).map((right) =>
        option({
          id: right,
          right,
          size: parseAmount('-10'),
          strike: parseAmount('2000'),
          expiry: NOW + days * DAY,
        }),
      ),
    ),
  ])
const holdings = portfolioOf([
  account('toy/1/a', 'toy-wallet', [collateral('weth', '10'), collateral('wbtc', '0.5')]),
])

describe('deltaGammaPreview', () => {
  it('is the full reprice of what is linear, and says that it is a preview', () => {
    const set = drawn(4)
    const { losses, delta, gamma, check, isPreview } = deltaGammaPreview(holdings, set, options)
    expect(isPreview).toBe(true)
    const full = repriceSet(holdings, set, options).losses
    for (const [scenario, loss] of losses.entries()) {
      expect(Math.abs(loss - (full[scenario] ?? NaN))).toBeLessThan(1e-5)
    }
    expect(delta[0]).toBeCloseTo(30_000, 6)
    expect(delta[1]).toBeCloseTo(20_000, 6)
    for (const entry of gamma) expect(Math.abs(entry)).toBeLessThan(1e-3)
    expect(check.maximumGap).toBeLessThan(1e-5)
    expect(check.scenarios).toBeGreaterThanOrEqual(100)
  })

  it('has the cross derivative of a pool of two coins', () => {
    const pool = portfolioOf([account('toy/1/a', 'toy-wallet', [collateral('pool', '100')])])
    const { delta, gamma } = deltaGammaPreview(pool, drawn(4), options)
    // Value √(ab) of 12,575: half of it by each, ∓ a quarter in second order.
    for (const entry of delta) expect(entry).toBeCloseTo(6_287.5, -1)
    expect(gamma[0]).toBeCloseTo(-12_575 / 4, -1)
    expect(gamma[1]).toBeCloseTo(12_575 / 4, -1)
    expect(gamma[2]).toBe(gamma[1])
  })

  it('is near for options a quarter from expiry, and far off for a straddle of one day', () => {
    const set = drawn(4)
    const far = deltaGammaPreview(straddle(90), set, options).check
    const near = deltaGammaPreview(straddle(1), set, options).check
    process.stdout.write(
      `relative gap of a short straddle at the money: ${far.relativeGap.toFixed(3)} at 90 days, ${near.relativeGap.toFixed(3)} at one\n`,
    )
    expect(near.relativeGap).toBeGreaterThan(1)
    expect(near.relativeGap).toBeGreaterThan(3 * far.relativeGap)
    expect(near.maximumGap).toBe(Math.abs(near.at.preview - near.at.full))
    // In calm scenarios alone it is close.
    const calm = gridScenarios([ETH], [-0.02, -0.01, 0.01, 0.02], [0])
    expect(deltaGammaPreview(straddle(90), calm, options).check.relativeGap).toBeLessThan(0.02)
  })

  it('finds the worst scenario of the set wherever it is', () => {
    const mild = Array.from({ length: 999 }, (_, index) => ({
      name: `${index}`,
      moves: { 'spot:ETH': 1e-4 * (index % 10) },
    }))
    mild.splice(777, 0, { name: 'crash', moves: { 'spot:ETH': -0.6 } })
    const { check } = deltaGammaPreview(straddle(7), userScenarios(mild), {
      ...options,
      sample: 10,
    })
    expect(check.at.scenario).toBe(777)
    expect(check.relativeGap).toBeGreaterThan(1)
  })

  it('makes the book of a delta-gamma tail', () => {
    const set = drawn(Infinity, 20_000)
    const book = straddle(90)
    const { delta, gamma } = deltaGammaPreview(book, set, options)
    const covariance = model.correlation.map(
      (value, index) =>
        value * (model.daily[Math.floor(index / 2)] ?? NaN) * (model.daily[index % 2] ?? NaN),
    )
    const preview = deltaGammaTail({ delta, gamma, covariance }, 0.975)
    const { expectedShortfall } = historicalTail(repriceSet(book, set, options).losses, 0.975)
    expect(preview.isPreview).toBe(true)
    expect(Math.abs(preview.expectedShortfall / expectedShortfall - 1)).toBeLessThan(0.1)
  })

  it('moves implied volatilities too', () => {
    const set = gridScenarios([ETH], [0], [-0.1, 0.1])
    const { delta, factors, check } = deltaGammaPreview(straddle(30), set, options)
    expect(factors).toEqual(['iv:ETH', ETH])
    expect(delta[0]).toBeLessThan(0)
    expect(check.relativeGap).toBeLessThan(0.01)
  })

  it('refuses a sample of nothing', () => {
    const set = drawn(4, 10)
    expect(() => deltaGammaPreview(holdings, set, { ...options, sample: 0 })).toThrow(
      ScenarioSetError,
    )
    expect(() => deltaGammaPreview(holdings, userScenarios([]), options)).toThrow(/checks nothing/)
  })
})
