import type { ScenarioTest, VenueModule } from '@plimsoll/model'
import { compile, evaluateScenarioTest, liquidationPrice, whatIf } from '@plimsoll/risk'
import { describe, expect, it } from 'vitest'
import { book, expiry, GRID, linear, option, SKEWS, stress } from './stressBooks.js'
import { wallet } from './toyModules.js'
import { account, ETH, mark, NOW, NOW_MS, option as optionLeg, portfolioOf } from './toyWorld.js'

/** Marks of the compiled account: spot and forward are one. */
const WETH = 0
const USDC = 1

const held = (impliedVolatility = 0.6): ScenarioTest =>
  stress(
    [
      book({
        spot: 2000,
        spotMark: WETH,
        scenarios: [...GRID, ...SKEWS],
        expiries: [
          expiry(0.2, [option('call', 'call', -3, 2200, { impliedVolatility })], {
            forward: 2000,
            forwardMark: WETH,
          }),
        ],
        perps: [linear('perp', 2, { price: 2000, mark: WETH })],
      }),
    ],
    { cash: [{ mark: -1, value: -1200 }], stable: { mark: USDC, value: 1 } },
  )

const moduleOf = (test: ScenarioTest): VenueModule => ({
  ...wallet,
  tag: 'stress',
  compile: ({ account: { id } }) => ({
    account: id,
    marks: [mark('weth'), mark('usdc')],
    tests: [test],
    combine: 'any',
    errorBound: 1e-12,
  }),
})

const portfolio = portfolioOf([account('toy/1/stress', 'stress', [optionLeg()])])
const programOf = (test: ScenarioTest) => compile(portfolio, { modules: [moduleOf(test)], at: NOW })

function surplus(test: ScenarioTest, multiplier: number): number {
  const { resource, maintenance } = evaluateScenarioTest(test, Float64Array.from([multiplier, 1]))
  return resource - maintenance.requirement
}

describe('an account under portfolio margin', () => {
  it('has liquidation prices where its resource meets its requirement', () => {
    const test = held()
    const found = liquidationPrice(programOf(test), account('toy/1/stress', 'stress', []).id, {
      kind: 'factor',
      factor: ETH,
    })
    const above = 1 + (found?.moveAbove ?? NaN)
    expect(surplus(test, 1)).toBeGreaterThan(0)
    expect(Math.abs(surplus(test, above))).toBeLessThan(1e-6)
    expect(surplus(test, above * 1.001)).toBeLessThan(0)
    const below = 1 + (found?.moveBelow ?? NaN)
    expect(Math.abs(surplus(test, below))).toBeLessThan(1e-6)
    expect(surplus(test, below * 0.999)).toBeLessThan(0)
  })

  it('has no closer price at which it would be liquidated', () => {
    const test = held()
    const found = liquidationPrice(programOf(test), account('toy/1/stress', 'stress', []).id, {
      kind: 'factor',
      factor: ETH,
    })
    for (let move = found?.moveBelow ?? NaN; move < (found?.moveAbove ?? NaN); move += 0.01) {
      expect(surplus(test, 1 + move)).toBeGreaterThan(-1e-6)
    }
  })

  it('feels a move of implied volatility as if it had been read at it', () => {
    const modules = [moduleOf(held())]
    const scenario = { factors: { 'iv:ETH': 0.5 } }
    const [moved] = whatIf(portfolio, scenario, { modules, nowMs: NOW_MS }).accounts
    const { resource, maintenance } = evaluateScenarioTest(held(0.6 * 1.5))
    expect(moved?.health.value).toBeCloseTo(resource / maintenance.requirement, 12)
    expect(moved?.healthBefore.value).not.toBeCloseTo(moved?.health.value ?? NaN, 2)
  })
})
