import type { Evaluation, ScenarioTest, VenueModule } from '@plimsoll/model'
import { nodeId } from '@plimsoll/model'
import { evaluateScenarioTest } from '@plimsoll/risk'
import { assessRisk } from '@plimsoll/risk/score'
import { describe, expect, it } from 'vitest'
import { book, expiry, GRID, option, stress } from './stressBooks.js'
import { wallet } from './toyModules.js'
import { ASSETS, account, cash, mark, NOW_MS, perp, portfolioOf } from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

/** Puts sold on ether and on bitcoin under one portfolio margin, with so much cash. */
const sold = (held: number): ScenarioTest =>
  stress(
    [
      { name: 'ether', forward: 2000, spotMark: 0, size: -3 },
      { name: 'bitcoin', forward: 60_000, spotMark: 1, size: -0.1 },
    ].map(({ name, forward, spotMark, size }) =>
      book({
        name,
        spot: forward,
        spotMark,
        scenarios: GRID,
        expiries: [
          expiry(0.2, [option(`${name}-put`, 'put', size, 0.9 * forward)], {
            forward,
            forwardMark: spotMark,
          }),
        ],
      }),
    ),
    { cash: [{ mark: -1, value: held }], stable: { mark: 2, value: 1 } },
  )

const moduleOf = (test: ScenarioTest): VenueModule => ({
  ...wallet,
  tag: 'stress',
  evaluate: (): Evaluation => {
    const { resource, maintenance } = evaluateScenarioTest(test, Float64Array.of(1, 1, 1))
    return {
      health: { value: resource / maintenance.requirement },
      liquidatable: resource < maintenance.requirement,
      equity: resource,
      initialMargin: null,
      maintenanceMargin: maintenance.requirement,
      excess: resource - maintenance.requirement,
      exact: {},
      flags: [],
    }
  },
  compile: ({ account: { id } }) => ({
    account: id,
    marks: [mark('weth'), mark('wbtc'), mark('usdc')],
    tests: [test],
    combine: 'any',
    errorBound: 1e-12,
  }),
})

const portfolio = portfolioOf(
  [account('toy/1/a', 'stress', [perp('weth', '3'), perp('wbtc', '0.1'), cash('30000')])],
  {
    assets: ASSETS.map((asset) => ({
      ...asset,
      dependsOn: [{ node: nodeId('issuer:none'), lossGivenFailure: 1e-9 }],
    })),
  },
)

const healthWith = (held: number) =>
  assessRisk(portfolio, {
    modules: [moduleOf(sold(held))],
    nowMs: NOW_MS,
    market: MARKET,
    scenarios: 100,
  }).risk?.health

describe('an account that reprices options on two underlyings', () => {
  // Four thousand plain paths without a hit end at 76.
  it.each([
    [3_200, 80, 99],
    [8_000, 100, 100],
  ])(
    'with %s of cash scores what its probability says, on few paths drawn by importance',
    (held, least, most) => {
      const health = healthWith(held)
      expect(health?.simulation).toMatchObject({ method: 'importance', paths: 4_000 })
      expect(health?.score).toBeGreaterThanOrEqual(least)
      expect(health?.score).toBeLessThanOrEqual(most)
      const { closedForm, probability } = health?.byAccount[0] ?? {}
      expect(probability?.estimate).toBeGreaterThan(0.7 * (closedForm ?? NaN))
      expect(probability?.estimate).toBeLessThan(1.3 * (closedForm ?? NaN))
      expect(probability?.lower).toBeLessThan(probability?.estimate ?? NaN)
      expect(probability?.upper).toBeGreaterThan(probability?.estimate ?? NaN)
      expect(probability?.upper).toBeLessThan(1.6 * (probability?.estimate ?? NaN))
    },
  )
})
