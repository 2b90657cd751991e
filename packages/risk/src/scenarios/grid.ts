import type { EquityGrid, FactorId, MarketState, Portfolio } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import { SPOT, VOLATILITY } from '../valuation/world.js'
import { repriceSet } from './reprice.js'
import type { ScenarioSet } from './scenarioSet.js'

const SPOTS = [-0.5, -0.4, -0.3, -0.2, -0.15, -0.1, -0.05, 0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5]
const VOLATILITIES = [-0.25, 0, 0.5]

/**
 * All spot factors moved together by each of `spot`, all implied volatilities by each of `volatility`.
 * No distribution: of it only the worst counts.
 */
export function gridScenarios(
  symbols: readonly FactorId[],
  spot: readonly number[] = SPOTS,
  volatility: readonly number[] = VOLATILITIES,
): ScenarioSet {
  const spots = symbols.filter((factor) => factor.startsWith(SPOT)).sort()
  const implied = spots.map((factor) => factorId(`${VOLATILITY}${factor.slice(SPOT.length)}`))
  const rows = volatility.flatMap((shock) => spot.map((move) => ({ shock, move })))
  return {
    kind: 'grid',
    label: `${spot.length} moves of spot × ${volatility.length} of volatility`,
    source: 'a choice',
    horizonDays: 1,
    factors: [...implied, ...spots],
    count: rows.length,
    moves: Float64Array.from(
      rows.flatMap(({ shock, move }) => [...implied.map(() => shock), ...spots.map(() => move)]),
    ),
    weights: null,
    names: rows.map(({ shock, move }) => `spot ${move}, volatility ${shock}`),
  }
}

/**
 * Change of the equity of a portfolio by full reprice when everything moves together, or only the
 * spot factors that are named, each with its implied volatility.
 *
 * @example
 * equityGrid(portfolio, { market, nowMs, factors: [factorId('spot:ETH')] }).change[0]
 */
export function equityGrid(
  portfolio: Portfolio,
  {
    market,
    nowMs,
    factors,
  }: {
    readonly market: MarketState
    readonly nowMs: number
    /** Without it every spot factor of the portfolio's assets. */
    readonly factors?: readonly FactorId[]
  },
  spot: readonly number[] = SPOTS,
  volatility: readonly number[] = VOLATILITIES,
): EquityGrid {
  const symbols = new Set(
    factors ?? portfolio.assets.flatMap(({ exposures }) => exposures.map(({ factor }) => factor)),
  )
  const set = gridScenarios([...symbols], spot, volatility)
  const { losses, known } = repriceSet(portfolio, set, { market, nowMs })
  return {
    spot,
    volatility,
    change: volatility.map((_, row) =>
      spot.map((__, column) => {
        const loss = losses[row * spot.length + column] ?? NaN
        // A zero without a sign.
        return known ? 0 - loss : null
      }),
    ),
  }
}
