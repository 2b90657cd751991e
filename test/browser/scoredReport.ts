import { toCanonicalJson } from '@plimsoll/model'
import { compile } from '@plimsoll/risk'
import { factorModel } from '@plimsoll/risk/calibrate'
import type { AssessRiskOptions, PathSimulator } from '@plimsoll/risk/score'
import { assessRisk, simulatePaths } from '@plimsoll/risk/score'
import { MODULES } from '../risk/toyModules.js'
import {
  account,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  NOW,
  NOW_MS,
  option,
  perp,
  portfolioOf,
} from '../risk/toyWorld.js'
import { MARKET } from '../risk/unifiedWorld.js'

const THRESHOLDS = {
  averaged: false,
  thresholds: { 'collateral-weth': 8000, 'collateral-wbtc': 7500, 'collateral-wsteth': 9300 },
}
const TIERS = { tiers: { 'perp-ethIndex': [[0, 500]], 'perp-btcIndex': [[0, 500]] } }

/** A book of loans, a pegged loop, a hedge on two venues and an option. */
export const SCORED_PORTFOLIO = portfolioOf([
  account('toy/1/a', 'toy-lending', [collateral('weth', '10'), debt('usdc', '13000')], THRESHOLDS),
  account(
    'toy/1/b',
    'toy-lending',
    [collateral('weth', '5'), collateral('wbtc', '0.3'), debt('usdc', '17000')],
    THRESHOLDS,
  ),
  account('toy/1/c', 'toy-lending', [collateral('wsteth', '10'), debt('weth', '10')], THRESHOLDS),
  account('toy/1/d', 'toy-perps', [perp('ethIndex', '-10'), cash('25000')], TIERS),
  account('toy/1/e', 'toy-perps', [perp('btcIndex', '0.3'), cash('-13000')], TIERS),
  account('toy/1/f', 'toy-wallet', [option(), cash('9000')]),
])

export const SCORED_OPTIONS: AssessRiskOptions = {
  modules: MODULES,
  nowMs: NOW_MS,
  market: MARKET,
  seed: 7,
  paths: 1_500,
  scenarios: 500,
  horizonDays: 1.5,
}

/** Report and score of that book, and paths drawn by importance, as bytes. */
export function scoredReport(simulate?: PathSimulator): string {
  const options = simulate === undefined ? SCORED_OPTIONS : { ...SCORED_OPTIONS, simulate }
  const drawn = simulatePaths(
    {
      program: compile(SCORED_PORTFOLIO, { modules: MODULES, at: NOW }),
      model: factorModel(MARKET, [BTC, ETH]),
      accounts: [{ row: 1, horizonDays: 2, distance: 3 }],
      seed: 7,
      stepsPerDay: 12,
      degreesOfFreedom: 4,
      sampling: 'importance',
    },
    0,
    500,
  )
  return toCanonicalJson({ report: assessRisk(SCORED_PORTFOLIO, options), drawn })
}
