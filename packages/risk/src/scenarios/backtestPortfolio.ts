import type { FactorHistory, FactorId, MarketState, Portfolio } from '@plimsoll/model'
import { ewmaVolatility, RISKMETRICS_LAMBDA } from '../covariance/ewmaVolatility.js'
import type { ForecastRecord } from '../tail/backtest/acerbiSzekely.js'
import type { WalkForward } from '../tail/backtest/backtest.js'
import { backtest } from '../tail/backtest/backtest.js'
import { backtestForecasts } from '../tail/backtest/backtestForecasts.js'
import type { Tail } from '../tail/historical.js'
import { historicalTail } from '../tail/historical.js'
import { ellipticalTail } from '../tail/parametric.js'
import { SPOT } from '../valuation/world.js'
import { ScenarioSetError } from './errors.js'
import { filteredSubset, historicalScenarios } from './historical.js'
import { repriceSet } from './reprice.js'
import type { ScenarioSet } from './scenarioSet.js'

const DEGREES_OF_FREEDOM = 4

/** How a portfolio is backtested. */
export type BacktestPortfolioOptions = {
  /** For times to expiry and the term powers of volatility. */
  readonly market: MarketState
  readonly nowMs: number
  /** Periods that each forecast sees: those just before its own. Default 250. */
  readonly window?: number
  /** Of value at risk. Default 0.99. */
  readonly level?: number
  /** Of expected shortfall. Default 0.975. */
  readonly shortfallLevel?: number
  /**
   * `historical`: the window as it was; `filtered`: each factor at its EWMA volatility of the day before;
   * `ewma-student-t`: a Student-t (ν = 4) at the EWMA volatility of the portfolio's own P&L.
   */
  readonly method?: 'historical' | 'filtered' | 'ewma-student-t'
}

/** A walk-forward backtest of the forecasts at one level. */
export type LevelBacktest = WalkForward & {
  /** ISO instants of the hits: periods that lost more than value at risk. */
  readonly breaches: readonly string[]
}

/**
 * A walk-forward backtest of value at risk, with the day of every period. Kupiec, Christoffersen and
 * Basel's zones judge it at its level; Acerbi and Székely, at theirs, are in `shortfallBacktest`.
 */
export type PortfolioBacktest = LevelBacktest & {
  /** The same walk at the level of expected shortfall. */
  readonly shortfallBacktest: LevelBacktest
  /** ISO instants of the periods that were forecast, in their order. */
  readonly periods: readonly string[]
  /**
   * `peg:` and `iv:` factors of the portfolio without a history, sorted: they stood still, so that
   * neither forecasts nor losses hold what they did.
   */
  readonly unmoved: readonly FactorId[]
}

/**
 * Walks through the past of the factors with today's portfolio: for each period a forecast of value at
 * risk and expected shortfall from the periods before it alone, against what the period then brought,
 * both by full reprice; judged by Kupiec, Christoffersen, Basel's zones and Acerbi-Székely in one run.
 *
 * @example
 * const { breaches, trafficLight, shortfallBacktest } = backtestPortfolio(portfolio, market.histories, {
 *   market,
 *   nowMs,
 *   method: 'ewma-student-t',
 * })
 * shortfallBacktest.shortfall // Z₁ and Z₂ at 97.5 %
 *
 * @throws ScenarioSetError when the histories share no period, a price that the portfolio follows has
 * none, or a leg that may be owed has no price;
 * TooFewObservationsError when they are shorter than the window and two periods.
 */
export function backtestPortfolio(
  portfolio: Portfolio,
  histories: readonly FactorHistory[],
  options: BacktestPortfolioOptions,
): PortfolioBacktest {
  const { level = 0.99, shortfallLevel = 0.975, method = 'historical' } = options
  const length = options.window ?? 250
  const set = historicalScenarios(histories)
  const { losses, known, unpriced, unmoved } = repriceSet(portfolio, set, options)
  if (!known) {
    throw new ScenarioSetError(
      `${unpriced.join(', ')} may be owed and has no price: no loss is known. Read its mark first.`,
    )
  }
  const missing = unmoved.filter((factor) => factor.startsWith(SPOT))
  if (missing.length > 0) {
    throw new ScenarioSetError(
      `The portfolio follows ${missing.join(', ')}, of which there is no history: as if they had never moved. Give one of each.`,
    )
  }
  const profits = losses.map((loss) => 0 - loss)
  const names = set.names ?? []
  const levels = { valueAtRisk: level, shortfall: shortfallLevel }
  const forecasts =
    method === 'filtered' ? filteredForecasts(portfolio, set, { ...options, length, levels }) : null
  const judged = (which: keyof Levels): LevelBacktest => {
    const at = levels[which]
    const own = method === 'ewma-student-t' ? studentForecast(at) : undefined
    const plain = backtest(profits, { window: length, level: at, ...(own && { forecast: own }) })
    const record = forecasts === null ? plain.record : { ...plain.record, ...forecasts[which] }
    const result = forecasts === null ? plain : backtestForecasts(record, at)
    const breaches = result.hits.map((period) => names[length + period] ?? '')
    return { ...result, from: length, record, breaches }
  }
  return {
    ...judged('valueAtRisk'),
    shortfallBacktest: judged('shortfall'),
    periods: names.slice(length),
    unmoved,
  }
}

type Levels = { readonly valueAtRisk: number; readonly shortfall: number }
type Forecasts = Pick<ForecastRecord, 'valueAtRisk' | 'expectedShortfall'>

/** Each period's window at the volatilities of its end, repriced once for both levels. */
function filteredForecasts(
  portfolio: Portfolio,
  set: ScenarioSet,
  options: BacktestPortfolioOptions & { readonly length: number; readonly levels: Levels },
): { readonly [level in keyof Levels]: Forecasts } {
  const { length, levels } = options
  const count = Math.max(0, set.count - length)
  const empty = () => ({
    valueAtRisk: new Float64Array(count),
    expectedShortfall: new Float64Array(count),
  })
  const forecasts = { valueAtRisk: empty(), shortfall: empty() }
  for (let period = 0; period < count; period++) {
    const seen = filteredSubset(set, period, period + length)
    const { losses } = repriceSet(portfolio, seen, options)
    for (const which of ['valueAtRisk', 'shortfall'] as const) {
      const tail = historicalTail(losses, levels[which])
      forecasts[which].valueAtRisk[period] = tail.valueAtRisk
      forecasts[which].expectedShortfall[period] = tail.expectedShortfall
    }
  }
  return forecasts
}

/** A Student-t of mean 0 at the EWMA volatility of the window's P&L. */
function studentForecast(level: number): (history: Float64Array) => Tail {
  return (history) => {
    const { next } = ewmaVolatility(history, { lambda: RISKMETRICS_LAMBDA })
    return ellipticalTail(
      { mean: 0, standardDeviation: next, degreesOfFreedom: DEGREES_OF_FREEDOM },
      level,
    )
  }
}
