import type { FactorHistory } from '@plimsoll/model'
import { commonReturns } from '../calibrate/histories.js'
import { RISKMETRICS_LAMBDA } from '../covariance/ewmaVolatility.js'
import { filteredObservations } from '../covariance/filteredReturns.js'
import type { Observations } from '../covariance/observations.js'
import { compareText } from '../order.js'
import { exp } from '../pricing/exp.js'
import { log } from '../pricing/log.js'
import { ScenarioSetError } from './errors.js'
import type { ScenarioSet } from './scenarioSet.js'

const DAY_MS = 86_400_000

/**
 * The joint moves that happened: one scenario for each interval between common closes of the
 * histories, over that interval. Nothing is scaled to another horizon.
 *
 * @example
 * historicalScenarios(market.histories) // 1,000 days of BTC and ETH together
 *
 * @throws ScenarioSetError when the histories have no common return, or name a factor twice.
 */
export function historicalScenarios(histories: readonly FactorHistory[]): ScenarioSet {
  const { sorted, observations, toMs } = aligned(histories)
  return setOf(sorted, observations, toMs, 'historical', 'Historical')
}

/**
 * Filtered historical simulation: the joint moves that happened, each factor's at its EWMA volatility
 * of today (G. Barone-Adesi, K. Giannopoulos & L. Vosper 1999; J. Hull & A. White 1998).
 *
 * @throws ScenarioSetError as {@link historicalScenarios}.
 */
export function filteredScenarios(
  histories: readonly FactorHistory[],
  lambda: number = RISKMETRICS_LAMBDA,
): ScenarioSet {
  const { sorted, observations, toMs } = aligned(histories)
  const filtered = filteredObservations(observations, { lambda })
  return setOf(sorted, filtered, toMs, 'filtered', `Filtered historical, EWMA ${lambda}`)
}

/**
 * Rows `from` to `to` (exclusive) of a historical set, each factor's moves at the volatility that its
 * EWMA had after them: what a filtered simulation saw at that time.
 */
export function filteredSubset(set: ScenarioSet, from: number, to: number): ScenarioSet {
  const columns = set.factors.length
  const values = set.moves.slice(from * columns, to * columns).map((move) => log(1 + move))
  const rows = to - from
  const filtered = filteredObservations({ values, rows, columns }, { lambda: RISKMETRICS_LAMBDA })
  return {
    ...set,
    kind: 'filtered',
    count: rows,
    moves: filtered.values.map((value) => exp(value) - 1),
    weights: new Float64Array(rows).fill(1 / rows),
    names: set.names?.slice(from, to) ?? null,
  }
}

function aligned(histories: readonly FactorHistory[]) {
  const sorted = [...histories].sort((a, b) => compareText(a.factor, b.factor))
  const twice = sorted.find(({ factor }, index) => sorted[index - 1]?.factor === factor)
  const common = twice === undefined ? commonReturns(sorted, 1) : null
  if (common === null) {
    throw new ScenarioSetError(
      twice === undefined
        ? `${sorted.length} histories share no return at the same instants. Read them over one period, at one interval.`
        : `There are two histories of ${twice.factor}. Keep one.`,
    )
  }
  return { sorted, ...common }
}

function setOf(
  histories: readonly FactorHistory[],
  { values, rows }: Observations,
  toMs: number,
  kind: 'historical' | 'filtered',
  method: string,
): ScenarioSet {
  const intervalMs = histories[0]?.intervalMs ?? DAY_MS
  const when = (row: number) => new Date(toMs - (rows - 1 - row) * intervalMs).toISOString()
  return {
    kind,
    label: `${method}, ${rows} scenarios to ${when(rows - 1).slice(0, 10)}`,
    source: [...new Set(histories.map(({ provenance }) => provenance.source))].join('; '),
    horizonDays: intervalMs / DAY_MS,
    factors: histories.map(({ factor }) => factor),
    count: rows,
    moves: values.map((value, index) => {
      if (Number.isFinite(value)) return exp(value) - 1
      throw new ScenarioSetError(`Move ${index} of the histories is ${value}. Read them again.`)
    }),
    weights: new Float64Array(rows).fill(1 / rows),
    names: Array.from({ length: rows }, (_, row) => when(row)),
  }
}
