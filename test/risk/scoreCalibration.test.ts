import { compile } from '@plimsoll/risk'
import { factorModel } from '@plimsoll/risk/calibrate'
import { counterRandom } from '@plimsoll/risk/random'
import { simulatePaths } from '@plimsoll/risk/score'
import { expect, it } from 'vitest'
import { MODULES } from './toyModules.js'
import { account, BTC, collateral, debt, ETH, NOW, portfolioOf } from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

const isDeep = process.env.PLIMSOLL_DEEP === '1'
const ACCOUNTS = isDeep ? 20_000 : 500
const PATHS = isDeep ? 4_000 : 2_000
const BINS = 10

const model = factorModel(MARKET, [BTC, ETH])
const THRESHOLDS = {
  averaged: false,
  thresholds: { 'collateral-weth': 8000, 'collateral-wbtc': 7500 },
}

/** Loans on both coins, their buffers from a fifth to four daily deviations, by random numbers of their own. */
function loans() {
  const random = counterRandom(20_261_124)
  const draw = new Float64Array(3)
  return Array.from({ length: ACCOUNTS }, (_, index) => {
    random.uniforms(index, 0, draw)
    const [share = 0, buffer = 0, size = 0] = draw
    const weth = 100 * size * share
    const wbtc = (100 * size * (1 - share)) / 30
    const borrowed = (weth * 2000 * 0.8 + wbtc * 60_000 * 0.75) * Math.exp(-0.008 - 0.15 * buffer)
    return account(
      `toy/1/${String(index).padStart(6, '0')}`,
      'toy-lending',
      [
        collateral('weth', weth.toFixed(9)),
        collateral('wbtc', wbtc.toFixed(9)),
        debt('usdc', borrowed.toFixed(6)),
      ],
      THRESHOLDS,
    )
  })
}

// The bar that a probability has to meet and a health cannot: it is as often as it says.
it(`${ACCOUNTS} accounts are liquidated as often as their probabilities say, in ${BINS} bins`, () => {
  const program = compile(portfolioOf(loans()), { modules: MODULES, at: NOW })
  const of = (row: number) => ({ row, horizonDays: 1, distance: 0 })
  const base = { program, model, degreesOfFreedom: 4 }
  const predicted = simulatePaths(
    {
      ...base,
      seed: 1,
      stepsPerDay: 12,
      accounts: Array.from({ length: ACCOUNTS }, (_, row) => of(row)),
    },
    0,
    PATHS,
  ).byAccount.map((hits) => hits / PATHS)
  // Each account lives one path of its own, watched eight times as often.
  const observed = predicted.map(
    (_, row) =>
      simulatePaths({ ...base, seed: 2, stepsPerDay: 96, accounts: [of(row)] }, row, row + 1).any,
  )
  const order = predicted
    .map((_, row) => row)
    .sort((a, b) => (predicted[a] ?? 0) - (predicted[b] ?? 0))
  const lines: string[] = []
  for (let bin = 0; bin < BINS; bin++) {
    const rows = order.slice((bin * ACCOUNTS) / BINS, ((bin + 1) * ACCOUNTS) / BINS)
    const mean = (values: readonly number[]) =>
      rows.reduce((sum, row) => sum + (values[row] ?? NaN), 0) / rows.length
    const p = mean(predicted)
    const seen = mean(observed)
    // One path moves every prediction, so that their Monte Carlo error does not average out.
    const error = Math.sqrt(p * (1 - p) * (1 / rows.length + 1 / PATHS))
    lines.push(
      `${p.toFixed(4)} predicted, ${seen.toFixed(4)} seen, ${((seen - p) / error).toFixed(2)} errors`,
    )
    expect(Math.abs(seen - p)).toBeLessThanOrEqual(3 * error)
  }
  process.stdout.write(`${lines.join('\n')}\n`)
})
