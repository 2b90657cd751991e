import { checkCount, checkLevel, checkSeries } from '../checks.js'
import { TooFewObservationsError } from '../errors.js'
import type { Tail } from '../historical.js'
import { historicalTail } from '../historical.js'
import type { ForecastRecord } from './acerbiSzekely.js'
import type { BacktestResult } from './backtestForecasts.js'
import { backtestForecasts } from './backtestForecasts.js'

/** How a walk-forward backtest makes its forecasts. */
export type BacktestOptions = {
  /** Periods that each forecast sees: the ones just before its own. */
  readonly window: number
  /** Level of the forecasts, 0.975 say. */
  readonly level: number
  /**
   * Forecast from the P&L of the window, oldest first; absent: historical simulation. The array is a
   * copy: a forecast cannot change what comes.
   */
  readonly forecast?: (history: Float64Array) => Tail
}

/** A {@link BacktestResult} with the forecasts that it judged. */
export type WalkForward = BacktestResult & {
  /** Place of the first forecast period in the P&L: the window. */
  readonly from: number
  readonly record: ForecastRecord
}

/**
 * Walk-forward backtest of a P&L series: for each period after the first window, a forecast from the
 * window before it alone, then all forecasts judged by {@link backtestForecasts}. Today's holdings
 * revalued over the past give the P&L of a static portfolio.
 *
 * @param profits P&L (or returns) by period, oldest first, negative where money was lost
 *
 * @throws TooFewObservationsError with fewer than 2 periods after the window; TailError when a P&L or
 * a forecast is not finite, the window is not a positive integer or a forecast expected shortfall is
 * not above 0 at a hit; LevelError when the level is not in (0, 1).
 *
 * @example
 * const { hits, trafficLight } = backtest(profits, { window: 250, level: 0.99 })
 */
export function backtest(profits: Float64Array, options: BacktestOptions): WalkForward {
  const { window, level, forecast = historicalForecast(level, window) } = options
  checkLevel(level)
  checkCount('window', window, 1)
  checkSeries('The series of P&L', profits, 1)
  const count = profits.length - window
  if (count < 2) throw new TooFewObservationsError('The series of P&L', profits.length, window + 2)
  const valueAtRisk = new Float64Array(count)
  const expectedShortfall = new Float64Array(count)
  const history = new Float64Array(window)
  for (let period = 0; period < count; period++) {
    history.set(profits.subarray(period, period + window))
    const tail = forecast(history)
    valueAtRisk[period] = tail.valueAtRisk
    expectedShortfall[period] = tail.expectedShortfall
  }
  const record = { realised: profits.slice(window), valueAtRisk, expectedShortfall }
  return { ...backtestForecasts(record, level), from: window, record }
}

/** Historical simulation of a window of P&L. */
function historicalForecast(level: number, window: number): (history: Float64Array) => Tail {
  const losses = new Float64Array(Number.isSafeInteger(window) ? Math.max(0, window) : 0)
  const scratch = losses.slice()
  return (history) => {
    for (let at = 0; at < losses.length; at++) losses[at] = -(history[at] ?? NaN)
    return historicalTail(losses, level, scratch)
  }
}
