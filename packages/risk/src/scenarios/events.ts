import type { ScenarioSet } from './scenarioSet.js'
import type { NamedMoves } from './user.js'
import { userScenarios } from './user.js'

/** A recorded event as moves of factors, the worst end where sources disagree. */
export type RecordedEvent = NamedMoves & {
  /** How long it took. */
  readonly window: string
  /** What of it no factor can say: the failure of a venue, the error of one oracle. */
  readonly notModelled: string | null
  readonly source: string
}

const NEWS = 'News and governance reports of the days; ranges are taken at their worse end'

/**
 * Falls that happened. Prices on one venue alone and failures of venues are no moves of factors: they
 * are said in `notModelled`, and shocks of one mark (`Scenario.marks`) can replay them.
 */
export const RECORDED_EVENTS: readonly RecordedEvent[] = [
  {
    name: '2020-03-12 Black Thursday',
    moves: { 'spot:ETH': -0.43 },
    window: '14 hours',
    notModelled: 'nobody bid in liquidations for 40 minutes',
    source: NEWS,
  },
  {
    name: '2025-10-10 cascade',
    moves: { 'spot:BTC': -0.12, 'spot:ETH': -0.2, 'spot:SOL': -0.26, 'peg:USDe/USD': -0.343 },
    window: '30 minutes',
    notModelled:
      'other coins fell by 50 to 60 %; USDe fell on one venue only; hedges were closed by auto-deleveraging',
    source: NEWS,
  },
  {
    name: '2025-11-03 xUSD',
    moves: { 'peg:xUSD/USD': -0.89, 'peg:deUSD/USD': -0.985 },
    window: '4 days',
    notModelled: null,
    source: NEWS,
  },
  {
    name: '2026-01-31 sell-off',
    moves: { 'spot:BTC': -0.33, 'spot:BAL': -0.6 },
    window: '72 hours',
    notModelled: null,
    source: NEWS,
  },
  {
    name: '2026-03-10 staked-ether oracle',
    moves: { 'peg:wstETH/ETH': -0.0285 },
    window: '15 minutes',
    notModelled: 'only the price of one oracle moved: the economic loss was 0',
    source: NEWS,
  },
  {
    name: '2026-03-22 USR',
    moves: { 'peg:USR/USD': -0.975 },
    window: '17 minutes',
    notModelled: 'oracles of some markets stayed at 1',
    source: NEWS,
  },
  {
    name: '2026-04-18 rsETH, shared',
    moves: { 'peg:rsETH/ETH': -0.15 },
    window: '90 minutes',
    notModelled: 'uninvolved lenders could not withdraw',
    source: NEWS,
  },
  {
    name: '2026-04-18 rsETH, on rollups alone',
    moves: { 'peg:rsETH/ETH': -0.7354 },
    window: '90 minutes',
    notModelled: 'uninvolved lenders could not withdraw',
    source: NEWS,
  },
]

/** The recorded events as a set: no distribution, the worst of them counts. */
export function eventScenarios(events: readonly RecordedEvent[] = RECORDED_EVENTS): ScenarioSet {
  return userScenarios(events, { kind: 'event', label: 'Recorded events', source: NEWS })
}
