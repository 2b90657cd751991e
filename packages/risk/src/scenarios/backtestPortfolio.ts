import type { FactorHistory, FactorId, MarketState, Portfolio } from '@plimsoll/model'
import type { WalkForward } from '../tail/backtest/backtest.js'
import { backtest } from '../tail/backtest/backtest.js'
import { backtestForecasts } from '../tail/backtest/backtestForecasts.js'
import { historicalTail } from '../tail/historical.js'
import { SPOT } from '../valuation/world.js'
import { ScenarioSetError } from './errors.js'
import { filteredSubset, historicalScenarios } from './historical.js'
import { repriceSet } from './reprice.js'

/** How a portfolio is backtested. */
export type BacktestPortfolioOptions = {
  /** For times to expiry and the term powers of volatility. */
  readonly market: MarketState
  readonly nowMs: number
  /** Periods that each forecast sees: those just before its own. Default 250. */
  readonly window?: number
  /** Of the forecasts. Default 0.99. */
  readonly level?: number
  /** `historical`: the window as it was; `filtered`: each factor at its EWMA volatility of the day before. */
  readonly method?: 'historical' | 'filtered'
}

/** A walk-forward backtest with the day of every period. */
export type PortfolioBacktest = WalkForward & {
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
 * both by full reprice; judged by Kupiec, Christoffersen, Basel's zones and Acerbi-Székely.
 *
 * @example
 * const { hits, acceptedHits } = backtestPortfolio(portfolio, market.histories, { market, nowMs })
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
  const { level = 0.99, method = 'historical' } = options
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
  const plain = backtest(profits, { window: length, level })
  const periods = (set.names ?? []).slice(length)
  if (method === 'historical') return { ...plain, periods, unmoved }
  const valueAtRisk = new Float64Array(plain.observations)
  const expectedShortfall = new Float64Array(plain.observations)
  for (let period = 0; period < plain.observations; period++) {
    const seen = filteredSubset(set, period, period + length)
    const tail = historicalTail(repriceSet(portfolio, seen, options).losses, level)
    valueAtRisk[period] = tail.valueAtRisk
    expectedShortfall[period] = tail.expectedShortfall
  }
  const record = { realised: profits.slice(length), valueAtRisk, expectedShortfall }
  return { ...backtestForecasts(record, level), from: length, record, periods, unmoved }
}
