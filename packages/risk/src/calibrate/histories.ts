import type { FactorHistory } from '@plimsoll/model'
import type { Observations } from '../covariance/observations.js'
import { log } from '../pricing/log.js'
import { CalibrationError } from './errors.js'

export const DAY_MS = 86_400_000

/**
 * Log returns between the closes of a history, oldest first.
 *
 * @throws CalibrationError when a close is no price, or the interval no time.
 */
export function logReturns({ factor, prices, intervalMs }: FactorHistory): Float64Array {
  const odd = prices.findIndex((price) => !(price > 0 && price < Infinity))
  if (odd >= 0 || !(intervalMs > 0 && intervalMs < Infinity)) {
    throw new CalibrationError(
      `The history of ${factor} has ${odd >= 0 ? `the close ${prices[odd]} at place ${odd}` : `an interval of ${intervalMs} ms`}. Leave the series out, or read it again: nothing is filled in.`,
    )
  }
  const returns = new Float64Array(Math.max(0, prices.length - 1))
  for (let index = 0; index < returns.length; index++) {
    returns[index] = log((prices[index + 1] ?? NaN) / (prices[index] ?? NaN))
  }
  return returns
}

/**
 * The closes of a history a day apart: at midnight UTC where it has one, else at the hour of its last.
 * Null where its interval does not divide a day: noise between minutes is no volatility of days.
 */
export function dailyCloses(history: FactorHistory): FactorHistory | null {
  const { intervalMs, toMs, prices } = history
  const step = DAY_MS / intervalMs
  if (!Number.isInteger(step) || step < 1) return null
  const sinceMidnight = (toMs % DAY_MS) / intervalMs
  const last = prices.length - 1 - (Number.isInteger(sinceMidnight) ? sinceMidnight : 0)
  const kept = prices.filter((_, index) => index <= last && (last - index) % step === 0)
  return {
    ...history,
    intervalMs: DAY_MS,
    toMs: toMs - (prices.length - 1 - last) * intervalMs,
    prices: kept,
  }
}

/**
 * Log returns of several histories on their common closes, the newest of them last; null where they do
 * not share an interval and instants, or fewer than `least` returns.
 */
export function commonReturns(
  histories: readonly FactorHistory[],
  least: number,
): { readonly observations: Observations; readonly fromMs: number; readonly toMs: number } | null {
  const [first] = histories
  if (first === undefined) return null
  const { intervalMs } = first
  const toMs = Math.min(...histories.map((history) => history.toMs))
  const isAligned = histories.every(
    (history) => history.intervalMs === intervalMs && (history.toMs - toMs) % intervalMs === 0,
  )
  if (!isAligned) return null
  const cut = histories.map((history) => {
    const end = history.prices.length - (history.toMs - toMs) / intervalMs
    return { history, end }
  })
  const rows = Math.min(...cut.map(({ end }) => end)) - 1
  if (rows < least) return null
  const columns = histories.length
  const values = new Float64Array(rows * columns)
  for (const [column, { history, end }] of cut.entries()) {
    const returns = logReturns({ ...history, prices: history.prices.slice(end - rows - 1, end) })
    for (let row = 0; row < rows; row++) values[row * columns + column] = returns[row] ?? NaN
  }
  return { observations: { values, rows, columns }, fromMs: toMs - rows * intervalMs, toMs }
}
