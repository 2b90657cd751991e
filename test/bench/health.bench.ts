import type { MarginAccount } from '@plimsoll/model'
import { compile, evaluateScenarios } from '@plimsoll/risk'
import { describe, expect, it } from 'vitest'
import { lending } from '../risk/toyModules.js'
import type { AssetName } from '../risk/toyWorld.js'
import { account, collateral, debt, NOW, portfolioOf } from '../risk/toyWorld.js'

const SCENARIOS = 1000
/** A ratio in one run, so that it survives another machine; with slack for a busy one. */
const LEAST_RATIO = 300

/** Nine positions, as a large account of a lending pool holds. */
function nineLegs(): MarginAccount {
  const held: readonly (readonly [AssetName, string])[] = [
    ['weth', '10'],
    ['wsteth', '5'],
    ['wbtc', '1'],
    ['pool', '900'],
    ['ethIndex', '2'],
    ['btcIndex', '0.5'],
  ]
  const legs = held.map(([name, amount]) => collateral(name, amount))
  const thresholds = Object.fromEntries(legs.map((leg, index) => [leg.id, 7500 + 100 * index]))
  return account(
    'toy/1/nine',
    'toy-lending',
    [...legs, debt('usdc', '60000'), debt('weth', '5'), debt('wbtc', '0.2')],
    { averaged: false, thresholds },
  )
}

/** Heap that a thousand runs leave behind, by evaluation; a collection in between only lowers it. */
function bytesAnEvaluation(run: () => void): number {
  const before = process.memoryUsage().heapUsed
  for (let count = 0; count < 1000; count++) run()
  return (process.memoryUsage().heapUsed - before) / (1000 * SCENARIOS)
}

describe('native health of one account with nine positions', () => {
  it('is evaluated hundreds of times faster than by exact integers', async ({ bench }) => {
    const entry = nineLegs()
    const portfolio = portfolioOf([entry])
    const program = compile(portfolio, { modules: [lending], at: NOW })
    const stride = program.marks.length + 1
    const multipliers = new Float64Array(SCENARIOS * stride)
    for (let index = 0; index < multipliers.length; index++) {
      const isConstant = index % stride === stride - 1
      multipliers[index] = isConstant ? 1 : 0.5 + ((index * 7919) % 1000) / 1000
    }
    const out = new Float64Array(SCENARIOS)
    const state = {
      account: entry,
      marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
      assets: new Map(portfolio.assets.map((asset) => [asset.id, asset])),
      shared: new Map(),
      at: NOW,
    }
    const results = await bench.compare(
      bench('compiled, 1,000 scenarios', () => {
        evaluateScenarios(program, 0, multipliers, out)
      }),
      bench('exact, 1 scenario', () => {
        lending.evaluate(state)
      }),
    )
    const compiledNs = (results.get('compiled, 1,000 scenarios').latency.min * 1e6) / SCENARIOS
    const exactNs = results.get('exact, 1 scenario').latency.min * 1e6
    const ratio = exactNs / compiledNs
    process.stdout.write(
      `native health: compiled ${compiledNs.toFixed(1)} ns, exact ${exactNs.toFixed(0)} ns per scenario; ratio ${ratio.toFixed(0)}\n`,
    )
    expect(ratio).toBeGreaterThan(LEAST_RATIO)
    expect(bytesAnEvaluation(() => evaluateScenarios(program, 0, multipliers, out))).toBeLessThan(1)
  })
})
