import type { FactorHistory, FactorId } from '@plimsoll/model'
import type { Observations } from '../covariance/observations.js'
import { log } from '../pricing/log.js'
import { CalibrationError } from './errors.js'

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

/** The history of each factor that counts: most closes, then the newest, then by source. */
export function chosenHistories(
  histories: readonly FactorHistory[],
): ReadonlyMap<FactorId, FactorHistory> {
  const sorted = [...histories].sort(
    (a, b) =>
      b.prices.length - a.prices.length ||
      b.toMs - a.toMs ||
      (a.provenance.source < b.provenance.source ? -1 : 1),
  )
  const chosen = new Map<FactorId, FactorHistory>()
  for (const history of sorted) if (!chosen.has(history.factor)) chosen.set(history.factor, history)
  return chosen
}
